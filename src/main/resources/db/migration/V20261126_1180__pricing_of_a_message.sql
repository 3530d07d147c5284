-- How the provider says that it bills a message: org.tocsin.delivery.Pricing as one number; null where it said nothing.
-- Written with the receipt that says it, which changes this row anyway, and in no index: such an update stays on its page.
alter table attempt_result add column pricing smallint;

-- What the schema of its CAP version says of the document: org.tocsin.intake.SchemaReport as JSON. Null: it did not come as
-- XML, or was accepted before this was looked at.
alter table alert add column schema_report text;

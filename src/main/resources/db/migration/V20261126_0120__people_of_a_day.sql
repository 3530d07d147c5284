-- How many different people a portfolio has written to within 24 h: the provider refuses more than its limit. Reserved
-- in the claim's transaction, before anything is sent.
create table portfolio (
    name   text    primary key,
    people integer not null     -- rows of portfolio_person; locked by each claim, so that no place is given twice
);

create table portfolio_person (
    portfolio text        not null,
    person    bigint      not null, -- first 8 bytes of the HMAC of the address
    until     timestamptz not null, -- counted so long
    primary key (portfolio, person)
);
create index portfolio_person_until on portfolio_person (portfolio, until);

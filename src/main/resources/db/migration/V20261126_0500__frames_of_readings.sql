-- The newest radio frame (LoRaWAN) that changed an incident: every gateway that heard it may hand it on, and a copy that is
-- late must not open again what is over.
alter table incident
    add column frame_session text,   -- counters begin anew with another one
    add column frame_counter bigint;

-- Which messages of MQTT changed an incident: brokers and devices send again what was not confirmed to them, and a broker
-- its retained messages to each new subscriber.
alter table incident
    add column taken text; -- digests of the message that opened it and of the newest alarm (-: none), then the last messages, id:digest

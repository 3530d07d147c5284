-- Severe that is not Immediate shared lane 2 with Moderate and Unknown in haste, in the order of arrival. The lanes are
-- now 0 Extreme, 1 Severe and Immediate, 2 Severe otherwise, 3 Moderate or Unknown and Immediate, 4 these otherwise,
-- 5 Minor and exercises (org.tocsin.delivery.Lane), and what is under way gets its new number, whichever version gave it
-- the old one.
update alert set lane = v.lane from (
    select id, case
        when status = 'Exercise' then 5
        when severity = 'Extreme' then 0
        when severity = 'Severe' then case urgency when 'Immediate' then 1 else 2 end
        when severity = 'Minor' then 5
        else case urgency when 'Immediate' then 3 else 4 end end as lane from alert) v
where v.id = alert.id and alert.lane <> v.lane;

update recipient r set lane = a.lane from alert a
where a.closed_at is null and a.id = r.alert_id and r.lane <> a.lane and r.open;

-- A row holds messages of several alerts: those of one lane stay together, in their order.
with moved as (delete from queue returning ctid as place, keys, channel, lane, due_at)
insert into queue (keys, channel, lane, due_at)
select array_agg(k.key order by k.number), m.channel, coalesce(r.lane, m.lane), m.due_at
from moved m cross join unnest(m.keys) with ordinality k (key, number) left join recipient r on r.id = k.key / 32
group by m.place, m.channel, m.due_at, coalesce(r.lane, m.lane);

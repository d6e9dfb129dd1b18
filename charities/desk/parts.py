"""What of a team's total is for one charity: in one team may run people who raise for several.

A desk shows its own charity's money alone. Of a team with a charity of its own that follows from kept totals: all
gifts to the team itself are for that one, and all that a page has raised is for the page's. Only of a team without one
are its own gifts looked through.
"""

STANDS = "p.amount_pence - p.refunded_pence - p.disputed_pence"
# $1 the charity's fund. Teams whose own charity it is, or for which somebody in them, or a gift to them, raises.
TEAMS = f"""
select t.id, m.pages,
       case when t.charity_id = $1 then t.raised_pence - m.others_pence else m.pence + g.pence end as raised_pence,
       case when t.charity_id = $1 then t.gift_aid_pence - m.others_aid_pence
            else m.aid_pence + g.aid_pence end as gift_aid_pence,
       case when t.charity_id = $1 then t.donations - m.others_gifts else m.gifts + g.gifts end as donations
from fund t cross join lateral (
  select coalesce(sum(raised_pence) filter (where charity_id = $1), 0)::bigint as pence,
         coalesce(sum(gift_aid_pence) filter (where charity_id = $1), 0)::bigint as aid_pence,
         coalesce(sum(donations) filter (where charity_id = $1), 0)::bigint as gifts,
         coalesce(sum(raised_pence) filter (where charity_id <> $1), 0)::bigint as others_pence,
         coalesce(sum(gift_aid_pence) filter (where charity_id <> $1), 0)::bigint as others_aid_pence,
         coalesce(sum(donations) filter (where charity_id <> $1), 0)::bigint as others_gifts,
         count(*) filter (where charity_id = $1) as pages
  from fund where team_id = t.id
) m cross join lateral (
  select coalesce(sum({STANDS}), 0)::bigint as pence,
         coalesce(sum(({STANDS}) / 4) filter (where p.gift_aid), 0)::bigint as aid_pence,
         count(*) filter (where {STANDS} > 0 and p.purpose <> 'match') as gifts
  from payment p where t.charity_id is null and p.fund_id = t.id and p.charity_id = $1 and p.state = 'paid'
) g
where t.kind = 'team' and (
  t.charity_id = $1 or t.id in (select team_id from fund where charity_id = $1 and kind = 'runner')
  or t.charity_id is null and exists (
    select from payment p where p.fund_id = t.id and p.charity_id = $1 and p.state = 'paid'))
"""  # noqa: S608 - put together from constants
# Events in which somebody raises for the charity; $1 its fund.
EVENTS = """
select distinct e.id, e.slug, e.name from fund f join fund e on e.id = f.event_id
where f.charity_id = $1 and e.state <> 'hidden' order by e.name
"""

"""Who visits whom in which order: pure functions over points; no tables, no Flask, no clock.

`planner.solve(instance, seconds=…, seed=…)` is the way in; everything else serves it:

- `problem` what is asked, `plan` what is answered, `instances` and `answers` both as files;
- `demands` finds what contradicts itself or cannot be done before anything is solved;
- `field` the same as arrays, `insertion` builds and repairs routes, `starts` the first whole plan;
- `pruning` sets hopeless homes aside, `encoding` and `engine` put PyVRP to work, `regions` cuts a
  big plan into neighbourhoods, `search` runs them, two at a time on two processors;
- `balance` shares minutes, `turns` the long ways over weeks, `breaks` parts sessions at rests,
  `calm` keeps a new plan from disturbing everybody;
- `timetable` says when, `scoring` how good, `explain` why not, `check` whether it keeps every rule
  (it shares nothing with the planner; nothing is handed out that it has not seen);
- `budget` counts work instead of seconds, so that one seed gives one plan;
- `walking` straight lines, `streets` real ones; `turf` and `borders` cut territories.

Nobody's lateness, skill or promise is traded for value: those are rules. Value is prizes less
walking less a quarter of waiting, in minutes, as `../shared/planning/judge.py` counts.
"""

"""What is done to workers and broker, and when: a function of the seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from random import Random
from typing import Literal

import msgspec

MOST_WORKERS = 4
SESSION_SECONDS = 3.0  # a worker that is frozen for longer is given up by its group
Act = Literal["start", "stop", "kill", "freeze", "broker"]
SETTLED = 0.7  # share of the faults that befall a worker at work; the others may befall it while it starts
WEIGHTS: dict[Act, int] = {"start": 3, "stop": 2, "kill": 4, "freeze": 3, "broker": 2}


class Fault(msgspec.Struct, frozen=True):
    """One thing that is done.

    Parameters
    ----------
    after
        Seconds since the one before.
    act
        ``start`` or ``stop`` (SIGTERM) or ``kill`` (SIGKILL) a worker, ``freeze`` it (SIGSTOP, later SIGCONT), or kill
        the ``broker`` and start it again.
    worker
        Which worker, from 0.
    seconds
        For how long it is frozen, or gone.
    settled
        It is waited for until that worker, or any of them, has its share and works, however slow the machine is.
    """

    after: float
    act: Act
    worker: int = 0
    seconds: float = 0.0
    settled: bool = False


def schedule_of(seed: int, faults: int = 9) -> list[Fault]:
    """Make the schedule of a seed: it begins with one worker, and there are between one and four at any time.

    A worker that is killed is started again if it was the last, and by chance if it was not.

    Examples
    --------
    >>> [fault.act for fault in schedule_of(1)] == [fault.act for fault in schedule_of(1)]
    True
    """
    random = Random(seed)
    running, planned = {0}, [Fault(0.0, "start", 0)]
    if random.random() < 0.7:
        running.add(1)
        planned.append(Fault(0.0, "start", 1, settled=random.random() < SETTLED))
    while len(planned) < faults + 2:
        act = random.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        after = round(random.choice((0.3, 1.5, 4.0)) * random.uniform(0.5, 1.5), 2)
        settled = random.random() < SETTLED
        free = [number for number in range(MOST_WORKERS) if number not in running]
        if act == "start" and free:
            running.add(free[0])
            planned.append(Fault(after, act, free[0], settled=settled))
        elif act == "broker":
            planned.append(Fault(after, act, seconds=round(random.uniform(0.0, 4.0), 2), settled=settled))
        elif act == "freeze":
            seconds = round(SESSION_SECONDS + random.uniform(0.5, 4.0), 2)
            planned.append(Fault(after, act, random.choice(sorted(running)), seconds, settled))
        elif act == "kill":
            worker = random.choice(sorted(running))
            planned.append(Fault(after, act, worker, settled=settled))
            if len(running) == 1 or random.random() < 0.5:
                planned.append(Fault(round(random.uniform(0.2, 2.0), 2), "start", worker))
            else:
                running.remove(worker)
        elif act == "stop" and len(running) > 1:
            worker = random.choice(sorted(running))
            planned.append(Fault(after, act, worker, settled=settled))
            running.remove(worker)
    return planned


def told(faults: Iterable[Fault]) -> str:
    """Say in a few words what a schedule consists of."""
    counts = Counter(fault.act for fault in faults)
    return ", ".join(f"{counts[act]} {act}" for act in WEIGHTS if counts[act])

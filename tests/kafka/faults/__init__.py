"""Whatever happens to workers and broker, each post counts once and each crisis is told once: schedules of faults.

A schedule is made from a seed: workers are killed, stopped, frozen for longer than their session lasts and woken again,
others join, and the broker is killed and started again, while posts are fed, in part before the first worker runs. At
the end all has been worked off, and `larum.counts` and `larum.crises` are held against the posts that were sent.

    python -m tests.kafka.faults --schedules 30 [--seed N] [--out faults.jsonl] [--json]

Lateness is no excuse. A post is late when its bucket was closed before it came, and an input closes buckets by the
newest post it has had. Each partition gets the posts of a source in the order of their time, so within an input none is
late. Between inputs each waits for the others, unless one is taken for idle: `idle_seconds` is longer than any
schedule, so none ever is, however long a worker or the broker is gone. One of the two sources hands its posts in four
minutes late, which is more than `lateness_seconds`: it is to be waited for, and `max_hold_seconds` is longer than any
stretch without a post of it in a partition. What closes the last buckets is not time without posts, but a last post of
each source in each partition that names no brand.
So every post that is missing from the counts was lost, and every one too many was counted twice.
"""

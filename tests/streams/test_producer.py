import json

from hypothesis import given
from hypothesis import strategies as st

from streams.producer import key_of, partition_of


@given(st.text(), st.text(), st.text(), st.text(), st.integers(1, 64))
def test_a_post_and_whatever_follows_on_it_meet_in_one_partition(
    name: str, source: str, text: str, other: str, partitions: int
) -> None:
    first = json.dumps({"id": name, "source": source, "text": text}).encode()
    second = json.dumps({"kind": "delete", "text": other, "source": source, "id": name}, ensure_ascii=True).encode()
    assert key_of(first) == key_of(second)
    assert 0 <= partition_of(key_of(first), partitions) < partitions


def test_posts_spread_over_partitions() -> None:
    keys = [key_of(json.dumps({"id": str(number), "source": "x"}).encode()) for number in range(1000)]
    counts = [[partition_of(key, 4) for key in keys].count(partition) for partition in range(4)]
    assert min(counts) > 200

"""What `larum doctor` looks at: broker, topics, permissions, the workers' group, clocks, configuration, this machine.

`look` asks the broker once, and changes nothing there; all else judges what it saw, and can be tested on what it might
have seen.
"""

from streams.doctor.examination import examine
from streams.doctor.findings import Finding, Level

__all__ = ["Finding", "Level", "examine"]

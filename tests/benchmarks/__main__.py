"""Prints every comparison: `make bench`."""

from tests import postgresql
from tests.benchmarks import counting, crowded, elections, serving


def main() -> None:
    """Run all comparisons and print one line for each, then the table of real elections."""
    print(f"{'Engage':47} {'time':>9} | {'reference':48} {'time':>12} | ratio (least to most)")
    for comparison in counting.run():
        print(comparison, flush=True)
    with postgresql.server() as url:
        for comparison in serving.run(url):
            print(comparison, flush=True)
    for comparison in crowded.run():
        print(comparison, flush=True)
    print()
    for line in elections.run():
        print(line, flush=True)


if __name__ == "__main__":
    main()

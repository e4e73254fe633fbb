"""`python -m stacks.reference` writes docs/reference; with `--check` it only says what is stale, and fails."""

import argparse
import sys

from stacks.reference.pages import stale_pages, write_pages


def main() -> None:
    """Write or check; exit code 1 when the check finds stale pages."""
    parser = argparse.ArgumentParser(prog="python -m stacks.reference", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a page is stale")
    if parser.parse_args().check:
        stale = stale_pages()
        for path in stale:
            print(f"{path.name} is stale: run `python -m stacks.reference`", file=sys.stderr)
        sys.exit(1 if stale else 0)
    for path in write_pages():
        print(f"wrote {path.name}")


if __name__ == "__main__":
    main()

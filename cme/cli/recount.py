"""Counting what is stored again."""

import click


@click.command()
@click.option("--dry-run", is_flag=True, help="Report drift and write nothing.")
def recount(*, dry_run: bool) -> None:
    """Rebuild every run and stage from marks and events, and report what had drifted."""
    from cme import clock
    from cme.access.roles import Permission
    from cme.cli.database import open_database, operator_scope
    from cme.cli.progress import progress
    from cme.services import absence
    from cme.services.tracing import incoming_search
    from cme.store import schools, search_keys
    from cme.store.database import transaction

    with open_database():
        scope = operator_scope()
        found = [school.laestab for school in schools.list_schools(scope, Permission.SEE_PUPIL)]
        at = clock.now()
        with progress(found, "Counting schools") as laestabs:
            drifts = [absence.recount(scope, laestab, at=at, dry_run=dry_run) for laestab in laestabs]
        if not dry_run:
            with transaction():
                search_keys.rebuild()
                incoming_search.rebuild_keys(on=clock.local_date(at))
    for drift in drifts:
        if drift.drifted or drift.cases:
            click.echo(
                f"{drift.school}: {drift.drifted} of {drift.counted} registrations "
                f"and {drift.cases} cases had drifted."
            )
    counted, drifted = sum(each.counted for each in drifts), sum(each.drifted for each in drifts)
    cases = sum(each.cases for each in drifts)
    done = "Nothing was written." if dry_run else "Everything stands as counted."
    click.echo(
        f"Counted {counted} registrations in {len(drifts)} schools; "
        f"{drifted} of them and {cases} cases had drifted. {done}"
    )

"""No member is forgotten: the tables hold what AWS's model, as boto3 has it, says of every operation that works."""

import re

from boda import HOME
from test_members_events import MEMBERS as EVENTS
from test_members_functions import MEMBERS as FUNCTIONS
from test_members_refused import MEMBERS as REFUSED
from test_members_resources import MEMBERS as RESOURCES
from test_members_urls import MEMBERS as URLS
from test_members_versions import MEMBERS as VERSIONS

TABLES = (EVENTS, FUNCTIONS, REFUSED, RESOURCES, URLS, VERSIONS)
# Its request has none.
WITHOUT_MEMBERS = {"GetAccountSettings"}


def working():
    table = (HOME / "docs" / "parity.md").read_text().split("<!-- table lambda -->")[1].split("<!-- end lambda -->")[0]
    return set(re.findall(r"\| (\w+) \| \*\*works\*\* \|", table))


def paths(shape, path, above=()):
    """Every member, those in structures and in lists of structures too."""
    while shape.type_name in ("list", "map"):
        shape = shape.member if shape.type_name == "list" else shape.value
    if shape.type_name == "structure" and shape.name not in above:
        for name, member in shape.members.items():
            yield f"{path}.{name}"
            yield from paths(member, f"{path}.{name}", (*above, shape.name))


def test_every_member_of_every_operation_that_works_is_tried(lambda_client):
    model = lambda_client.meta.service_model
    wanted = {path for name in working() for path in paths(model.operation_model(name).input_shape, name)}
    tried = {path for table in TABLES for path in table}
    assert sum(map(len, TABLES)) == len(tried), "a member is in two tables"
    assert wanted - tried == set(), "members that nobody tries"
    assert tried - wanted == set(), "members that no operation has"
    assert {path.split(".")[0] for path in wanted} == working() - WITHOUT_MEMBERS

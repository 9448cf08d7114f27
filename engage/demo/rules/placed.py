"""Where the projects of the demo's decided fund would be, on a coast that nobody will find."""

#: Words for the place, latitude and longitude of each; a project that is not named is everywhere.
PLACED: dict[str, tuple[str, float, float]] = {
    "Soup and a seat in Castlehill": ("the Warm Hub", 57.912, -5.118),
    "Young carers' Saturday club": ("the harbour hall", 57.884, -5.172),
    "Walking football indoors": ("the sports hall", 57.896, -5.139),
    "Music room in the old net store": ("the old net store", 57.881, -5.181),
    "Blankets and draught kits": ("the tenants’ office", 57.918, -5.103),
}

"""Says of each file, one JSON line in and one out, whether DVC reads it: {"id", "path", "text"} -> {"id", "ok"}."""
import json
import sys

from dvc.schema import COMPILED_LOCKFILE_SCHEMA, COMPILED_SINGLE_STAGE_SCHEMA
from dvc.utils.serialize import parse_yaml


def is_read(path, text):
    lock = path.endswith("dvc.lock")
    try:
        data = parse_yaml(text, path) or {}
        if lock:
            COMPILED_LOCKFILE_SCHEMA(data)
        else:
            COMPILED_SINGLE_STAGE_SCHEMA(data)
        return True
    except Exception:
        return False


for line in sys.stdin:
    one = json.loads(line)
    print(json.dumps({"id": one["id"], "ok": is_read(one["path"], one["text"])}), flush=True)

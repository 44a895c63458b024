# Verifies the signatures of mails by Debian's python3-dkim. It reads {"records": {name: text}, "mails": [base64]} and prints
# for each mail a list of [algorithm, verifies or why not], the signature on top first.
import base64
import json
import re
import sys

import dkim

request = json.load(sys.stdin)
records = request["records"]


def record_of(name, timeout=5):
    text = records.get(name.decode().rstrip("."))
    return None if text is None else text.encode()


def verify(mail):
    head = re.sub(rb"\r\n[ \t]+", b" ", mail.split(b"\r\n\r\n", 1)[0])
    found = []
    for index, field in enumerate(line for line in head.split(b"\r\n") if line.lower().startswith(b"dkim-signature:")):
        algorithm = re.search(rb"[ ;:]a=([a-z0-9-]+)", field).group(1).decode()
        try:
            verifies = dkim.DKIM(mail).verify(idx=index, dnsfunc=record_of)
        except Exception as error:
            verifies = f"{type(error).__name__}: {error}"
        found.append([algorithm, verifies])
    return found


print(json.dumps([verify(base64.b64decode(mail)) for mail in request["mails"]]))

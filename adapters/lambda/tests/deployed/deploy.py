"""Puts the template onto a stand-in for AWS, as an administrator would: a zip in a bucket, a secret, a stack.

Usage: deploy.py ENDPOINT STACK TEMPLATE BOOTSTRAP FOLDER [NAME=VALUE...]

BOOTSTRAP is a zip as `deploy/build` makes it, or the program alone. The configuration and the descriptions of FOLDER are added to it, as
the README says. The secret's value comes in on standard input. What the stack is called by its template goes out as JSON.
"""

import io
import json
import pathlib
import sys
import zipfile

import boto3
from botocore.config import Config

endpoint, stack, template, bootstrap, folder, *parameters = sys.argv[1:]
session = boto3.Session("test", "test", region_name="ap-northeast-2")
settings = Config(retries={"total_max_attempts": 1}, read_timeout=120)


def client(name):
    return session.client(name, endpoint_url=endpoint, config=settings)


artefact = io.BytesIO()
with zipfile.ZipFile(artefact, "w") as made:
    if zipfile.is_zipfile(bootstrap):
        with zipfile.ZipFile(bootstrap) as given:
            program = given.read("bootstrap")
    else:
        program = pathlib.Path(bootstrap).read_bytes()
    entry = zipfile.ZipInfo("bootstrap")
    entry.external_attr = 0o755 << 16
    made.writestr(entry, program)
    for name in ("customs.toml", "due.wsdl"):
        made.write(pathlib.Path(folder, name), name)

s3 = client("s3")
bucket = f"{stack}-code"
s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"})
s3.put_object(Bucket=bucket, Key="customs.zip", Body=artefact.getvalue())
client("secretsmanager").create_secret(Name=f"customs/{stack}", SecretString=sys.stdin.read())

given = dict(pair.split("=", 1) for pair in parameters) | {"CodeBucket": bucket, "CodeKey": "customs.zip", "Architecture": "x86_64"}
formation = client("cloudformation")
formation.create_stack(
    StackName=stack,
    TemplateBody=pathlib.Path(template).read_text(),
    Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in given.items()],
    Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
)
formation.get_waiter("stack_create_complete").wait(StackName=stack, WaiterConfig={"Delay": 1, "MaxAttempts": 120})
# The stand-in keeps a parameter's number as a text here, and cannot compare it.
functions = client("lambda")
for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
    functions.update_event_source_mapping(
        UUID=mapping["UUID"], ScalingConfig={"MaximumConcurrency": int(mapping["ScalingConfig"]["MaximumConcurrency"])}
    )
outputs = formation.describe_stacks(StackName=stack)["Stacks"][0].get("Outputs", [])
print(json.dumps({output["OutputKey"]: output["OutputValue"] for output in outputs}))

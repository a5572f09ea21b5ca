"""Packages with native code in functions, as pip and npm install them: in the zip, and as layers.

With BODA_TEST_SOAK pandas too, which is large."""

import os

import pytest
from boda import node_function, python_function, zipped
from packages import PYTHON, files, node_packages, package, python_packages
from programs import built, tool

SOAK = os.environ.get("BODA_TEST_SOAK") == "true"

REQUESTS = ["requests==2.34.2", "urllib3==2.8.0", "idna==3.20", "certifi==2026.10.18", "charset-normalizer==3.5.2"]
NUMPY = ["numpy==2.4.6"]
PANDAS = [*NUMPY, "pandas==3.1.1", "python-dateutil==4.0.0", "tzdata==2026.6"]


@pytest.fixture
def layer(lambda_client):
    """Publishes a layer that is deleted after the test: layer(name, files) → ARN."""
    made = []

    def publish(name, content):
        made.append(lambda_client.publish_layer_version(LayerName=name, Content={"ZipFile": zipped(content)}))
        return made[-1]["LayerVersionArn"]

    yield publish
    for version in made:
        lambda_client.delete_layer_version(LayerName=version["LayerArn"], VersionNumber=version["Version"])


def test_requests_calls_aws_from_a_function(create, invoke, name):
    create(name, package(python_packages(*REQUESTS), {"lambda_function.py": """
import os, requests

def lambda_handler(event, context):
    answer = requests.get(os.environ["AWS_ENDPOINT_URL"] + "/2015-03-31/functions", timeout=5)
    return {"file": requests.__file__, "status": answer.status_code, "type": answer.headers["x-amzn-ErrorType"]}
"""}), Runtime=PYTHON, Timeout=20, MemorySize=256)
    body, response = invoke(name, {})
    assert "FunctionError" not in response, body
    assert body["file"] == "/var/task/requests/__init__.py"
    assert (body["status"], body["type"].split(":")[0]) == (403, "MissingAuthenticationTokenException")


def test_numpy_computes_from_a_layer(layer, create, invoke, name):
    arn = layer(name, files(python_packages(*NUMPY), "python/"))
    create(name, python_function("""
import numpy

def lambda_handler(event, context):
    matrix = numpy.array(event, dtype=float)
    return {"file": numpy.__file__, "determinant": round(numpy.linalg.det(matrix), 6), "sum": (matrix @ matrix).sum()}
"""), Runtime=PYTHON, Layers=[arn], Timeout=20, MemorySize=512)
    body, response = invoke(name, [[1, 2], [3, 4]])
    assert "FunctionError" not in response, body
    assert body == {"file": "/opt/python/numpy/__init__.py", "determinant": -2.0, "sum": 54.0}


def test_sharp_resizes_an_image_from_a_layer(layer, create, invoke, name):
    arn = layer(name, files(node_packages("sharp"), "nodejs/"))
    create(name, node_function("""
const sharp = require('sharp');
exports.handler = async ({ width }) => {
  const png = await sharp({ create: { width: 640, height: 480, channels: 3, background: 'teal' } }).png().toBuffer();
  const small = await sharp(png).resize(width).jpeg().toBuffer();
  const { format, width: wide, height } = await sharp(small).metadata();
  return { format, wide, height, file: require.resolve('sharp') };
};
""", "index.js"), Runtime="nodejs20.x", Handler="index.handler", Layers=[arn], Timeout=20, MemorySize=512)
    body, response = invoke(name, {"width": 200})
    assert "FunctionError" not in response, body
    assert (body["format"], body["wide"], body["height"]) == ("jpeg", 200, 150)
    assert body["file"].startswith("/opt/nodejs/node_modules/sharp/")


@pytest.mark.skipif(not SOAK, reason="pandas is large: boda test --soak")
def test_pandas_reads_and_groups(layer, create, invoke, name):
    arn = layer(name, files(python_packages(*PANDAS), "python/"))
    create(name, python_function("""
import io, pandas

def lambda_handler(event, context):
    table = pandas.read_csv(io.StringIO(event))
    return table.groupby("city")["amount"].sum().to_dict()
"""), Runtime=PYTHON, Layers=[arn], Timeout=60, MemorySize=1024)
    body, response = invoke(name, "city,amount\nBern,1\nBasel,2\nBern,3\n")
    assert "FunctionError" not in response, body
    assert body == {"Bern": 4, "Basel": 2}


@pytest.mark.skipif(tool("java-spring") is None, reason="there is no Maven here to build with")
def test_a_spring_boot_function_in_one_jar(create, invoke, name):
    """Some 20 MB with Spring's own handler, as its documentation packs it; the function is a bean."""
    create(name, built("java-spring"), Runtime="java17", Timeout=30, MemorySize=1024,
           Handler="org.springframework.cloud.function.adapter.aws.FunctionInvoker::handleRequest",
           Environment={"Variables": {"GREETING": "good morning"}})
    for who in ("Ada", "Grace"):
        body, response = invoke(name, {"name": who})
        assert "FunctionError" not in response, body
        assert body == {"greeting": f"good morning {who}", "function": name}
    body, response = invoke(name, {"name": " "})
    assert response["FunctionError"] == "Unhandled"
    assert body["errorType"] == "java.lang.IllegalArgumentException" and body["errorMessage"] == "nobody"

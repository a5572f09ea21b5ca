"""Pages in a real browser call function URLs of other origins, under the rules that browsers keep."""

import contextlib
import http.client
import http.server
import shutil
import threading
from urllib.parse import urlparse

import pytest
from boda import node_function, python_function
from playwright.sync_api import sync_playwright

CHROMIUM = shutil.which("chromium")

# Tells what it was sent, and keeps a cookie in the browser.
ECHO = python_function("""
import json
def lambda_handler(event, context):
    return {"statusCode": 200, "headers": {"x-answer": "seen", "content-type": "application/json"},
            "cookies": ["visit=1; Path=/"],
            "body": json.dumps({"method": event["requestContext"]["http"]["method"], "cookies": event.get("cookies"),
                                "body": event.get("body"), "headers": event["headers"]})}
""")

WORDS = node_function("""
export const handler = awslambda.streamifyResponse(async (event, stream) => {
  stream = awslambda.HttpResponseStream.from(stream, { statusCode: 200, headers: { 'content-type': 'text/plain' } });
  for (const word of ['one ', 'two ', 'three ', 'four ']) {
    stream.write(word);
    await new Promise((go) => setTimeout(go, 300));
  }
  stream.end();
});
""")

# What the pages do; each gives JSON.
SEND = """async ([url, options]) => {
  try {
    const answer = await fetch(url, options);
    return { status: answer.status, exposed: answer.headers.get('x-answer'), body: await answer.json() };
  } catch (error) {
    return { error: error.name };
  }
}"""

READ = """async (url) => {
  const reader = (await fetch(url)).body.getReader();
  const pieces = [];
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    pieces.push([performance.now(), new TextDecoder().decode(value)]);
  }
  return pieces;
}"""

# Tries what a page of AWS's APIs' origin could do.
TRY = """async ([name, worker]) => {
  const attempt = async (does) => {
    try {
      return await does();
    } catch (error) {
      return error.name;
    }
  };
  const ask = (path, options) => attempt(async () => (await fetch(path, options)).status);
  return {
    origin: self.origin,
    read: await ask('/2015-03-31/functions'),
    remove: await ask(`/2015-03-31/functions/${name}`, { method: 'DELETE' }),
    own: await ask('/_boda/health'),
    worker: await attempt(async () => (await navigator.serviceWorker.register(worker, { scope: '/' })).scope),
  };
}"""


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>a page</title>")

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def site():
    """Serves a page, and gives its origin."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        # Another origin of the URLs' site: a browser keeps no cookies of strangers.
        yield f"http://app.us-east-1.localhost:{serving.server_address[1]}"
        serving.shutdown()


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        # No sandbox of its own, which a browser of root's cannot have: it visits our pages only.
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def origin():
    with site() as its:
        yield its


@pytest.fixture
def page(browser, origin):
    context = browser.new_context()
    opened = context.new_page()
    opened.goto(origin)
    yield opened
    context.close()


@pytest.fixture
def url(lambda_client, server, create, name):
    """Makes a function with a public URL, and gives that as a browser finds it without a name server."""

    def make(package, cors, mode="BUFFERED", **members):
        create(name, package, **members)
        config = lambda_client.create_function_url_config(FunctionName=name, AuthType="NONE", Cors=cors, InvokeMode=mode)
        lambda_client.add_permission(FunctionName=name, StatementId="url", Action="lambda:InvokeFunctionUrl", Principal="*",
                                     FunctionUrlAuthType="NONE")
        lambda_client.add_permission(FunctionName=name, StatementId="invoke", Action="lambda:InvokeFunction",
                                     Principal="*", InvokedViaFunctionUrl=True)
        url_id = urlparse(config["FunctionUrl"]).hostname.split(".")[0]
        return f"http://{url_id}.lambda-url.us-east-1.localhost:{urlparse(server.url).port}/"

    return make


def send(page, url, **options):
    return page.evaluate(SEND, [url, options])


def test_a_page_calls_across_origins_with_credentials(url, page, origin):
    address = url(ECHO, {"AllowOrigins": [origin], "AllowCredentials": True, "AllowMethods": ["PUT"],
                         "AllowHeaders": ["content-type", "x-note"], "ExposeHeaders": ["x-answer"]})
    options = {"method": "PUT", "credentials": "include", "body": '{"a":1}',
               "headers": {"content-type": "application/json", "x-note": "n"}}
    first = send(page, address, **options)
    assert first["status"] == 200 and first["exposed"] == "seen", first
    assert first["body"]["method"] == "PUT" and first["body"]["body"] == '{"a":1}'
    assert first["body"]["headers"]["origin"] == origin and first["body"]["headers"]["x-note"] == "n"
    assert first["body"]["cookies"] is None
    assert send(page, address, **options)["body"]["cookies"] == ["visit=1"]
    # What the rules do not name the browser does not even send.
    assert send(page, address, method="DELETE") == {"error": "TypeError"}
    assert send(page, address, **{**options, "headers": {"x-other": "n"}}) == {"error": "TypeError"}


def test_a_page_of_an_origin_that_is_not_allowed_reads_nothing(url, page):
    address = url(ECHO, {"AllowOrigins": ["https://other.example"]})
    assert send(page, address) == {"error": "TypeError"}


def test_a_page_reads_a_stream_as_it_is_written(url, page, origin):
    address = url(WORDS, {"AllowOrigins": ["*"]}, "RESPONSE_STREAM", Runtime="nodejs20.x", Handler="index.handler", Timeout=10)
    page.evaluate(READ, address)  # warm
    pieces = page.evaluate(READ, address)
    assert [text for _, text in pieces] == ["one ", "two ", "three ", "four "]
    gaps = [later[0] - earlier[0] for earlier, later in zip(pieces, pieces[1:])]
    assert all(200 < gap < 450 for gap in gaps), gaps


def test_a_page_that_is_the_answer(url, browser):
    """Without CORS rules, opened as an address."""
    address = url(python_function(
        "def lambda_handler(event, context):\n"
        "    return {'statusCode': 200, 'headers': {'content-type': 'text/html'}, 'body': '<h1>Hello, ' +\n"
        "            event['queryStringParameters']['name'] + '</h1>'}\n"), {})
    opened = browser.new_page()
    opened.goto(address + "?name=Alice")
    assert opened.inner_text("h1") == "Hello, Alice"
    opened.close()


HTML = python_function("""
def lambda_handler(event, context):
    if event["rawPath"] == "/worker.js":
        return {"statusCode": 200, "body": "self.addEventListener('fetch', () => {})",
                "headers": {"content-type": "text/javascript", "service-worker-allowed": "/"}}
    return {"statusCode": 200, "headers": {"content-type": "text/html"}, "body": "<!doctype html><h1>a page</h1>"}
""")


def test_a_page_in_path_form_is_kept_from_the_apis_beside_it(url, server, browser, lambda_client, name):
    address = urlparse(url(HTML, {}))
    path = f"/_boda/url/{address.hostname.split('.')[0]}/"
    for host in ("localhost", "127.0.0.1"):
        context = browser.new_context()
        opened = context.new_page()
        opened.goto(f"http://{host}:{address.port}{path}")
        assert opened.inner_text("h1") == "a page"
        assert opened.evaluate(TRY, [name, path + "worker.js"]) == {
            "origin": "null", "read": "TypeError", "remove": "TypeError", "own": "TypeError", "worker": "SecurityError"}
        context.close()
    assert lambda_client.get_function(FunctionName=name)["Configuration"]["FunctionName"] == name
    for member, value in (("Origin", "null"), ("Sec-Fetch-Site", "cross-site")):
        connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=20)
        connection.request("GET", "/2015-03-31/functions", headers={member: value})
        assert connection.getresponse().status == 403
        connection.close()


def test_a_page_with_a_host_name_has_an_origin_of_its_own(url, browser, name):
    address = url(HTML, {})
    context = browser.new_context()
    opened = context.new_page()
    opened.goto(address)
    # What it asks for is the function, whatever the path.
    assert opened.evaluate(TRY, [name, "/worker.js"]) == {
        "origin": address.rstrip("/"), "read": 200, "remove": 200, "own": 200, "worker": address}
    context.close()

#!/usr/bin/env python3
"""Do the providers' own SDKs read the same calls of the same streams?

    streams.py FIXTURES READ    FIXTURES: the folder with the streams; READ: the folder with what the tests read of each

Each stream is served on loopback to its provider's client, which puts the message together in its own way; of Bedrock the events are
written as AWS frames for botocore's parser. What is compared: id, name and parsed arguments of every call, in order, and the text beside
them. Only streams that end well are there. What an SDK does not take or reads otherwise stands in NOT_TAKEN, with the reason; that it
is still so is checked too, and first of all that a wrong call is found.
"""

import binascii
import json
import struct
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import anthropic
import ollama
import openai
from botocore.eventstream import EventStream
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import create_parser
from google import genai
from mistralai.client import Mistral

ASK = [{"role": "user", "content": "x"}]
# What an SDK does not take, or reads otherwise, and why we do.
NOT_TAKEN = {
    "anthropic.broken_arguments": "raises for the whole message where one call is no JSON; here that call alone fails",
    "mistral.pieces": "does not put calls together, which its service sends whole and some hosts of its models do not",
    "openai-chat.content_filter": "raises where the filter ends a message; here the calls before it have their results",
    "openai-chat.custom": "has no type for pieces of a custom call",
    "openai-chat.custom_cut": "has no type for pieces of a custom call",
    "openai-chat.host_index_zero": "goes by the index alone, which these hosts do not count",
    "openai-chat.host_no_index": "goes by the index alone, which these hosts leave out",
    "openai-chat.host_no_index_no_id": "goes by the index alone, which these hosts leave out",
    "openai-chat.host_repeats": "appends ids and names, which these hosts repeat",
    "openai-chat.host_whole": "knows no whole message in a chunk",
    "openai-chat.repeated_index": "appends the second call to the first, which has its index",
}


class Server:
    """One stream, whatever is asked."""

    def __enter__(self):
        served = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers.get("content-length", 0)))
                self.send_response(200)
                self.send_header("content-type", served.kind)
                self.end_headers()
                # In pieces that end anywhere, as a network has them.
                for at in range(0, len(served.body), 777):
                    self.wfile.write(served.body[at : at + 777])
                    self.wfile.flush()

            def log_message(self, *_):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        return self

    def __exit__(self, *_):
        self.http.shutdown()

    def serve(self, file):
        self.body = file.read_bytes()
        self.kind = "application/x-ndjson" if file.suffix == ".ndjson" else "text/event-stream"


def call(id, name, arguments):
    if arguments is None or isinstance(arguments, str):
        # None is none, as for the SDKs' own runners.
        try:
            arguments = json.loads(arguments or "{}")
        except ValueError:
            arguments = None
    return {"id": id or "", "name": name, "arguments": arguments}


def openai_chat(server, _):
    client = openai.OpenAI(api_key="x", base_url=server.url, max_retries=0)
    with client.chat.completions.stream(model="m", messages=ASK) as stream:
        try:
            message = stream.get_final_completion().choices[0].message
        except openai.LengthFinishReasonError as error:
            message = error.completion.choices[0].message
    calls = [call(one.id, one.function.name, one.function.arguments) for one in message.tool_calls or []]
    return calls, message.content or ""


def openai_responses(server, _):
    client = openai.OpenAI(api_key="x", base_url=server.url, max_retries=0)
    with client.responses.stream(model="m", input="x") as stream:
        response = list(stream)[-1].response
    calls = []
    for item in response.output:
        if item.type == "function_call":
            calls.append(call(item.call_id, item.name, item.arguments))
        elif item.type == "custom_tool_call":
            calls.append({"id": item.call_id, "name": item.name, "arguments": item.input})
    return calls, response.output_text


def anthropic_messages(server, _):
    client = anthropic.Anthropic(api_key="x", base_url=server.url, max_retries=0)
    with client.messages.stream(model="m", max_tokens=1, messages=ASK) as stream:
        content = stream.get_final_message().content
    calls = [call(block.id, block.name, block.input) for block in content if block.type == "tool_use"]
    # Thoughts too, with what proves them.
    told = [getattr(block, key, None) or "" for block in content for key in ("thinking", "signature", "data", "text")]
    return calls, "".join(told)


def gemini(server, _):
    client = genai.Client(api_key="x", http_options={"base_url": server.url})
    calls, told = [], ""
    for chunk in client.models.generate_content_stream(model="m", contents="x"):
        # Its own `function_calls` reads whichever candidate stands first.
        for candidate in chunk.candidates or []:
            if candidate.index or not candidate.content:
                continue
            for part in candidate.content.parts or []:
                told += part.text or ""
                if part.function_call:
                    calls.append(call(part.function_call.id, part.function_call.name, part.function_call.args))
    return calls, told


def mistral(server, _):
    client = Mistral(api_key="x", server_url=server.url)
    calls, told = [], ""
    for event in client.chat.stream(model="m", messages=ASK):
        delta = event.data.choices[0].delta
        for one in delta.tool_calls or []:
            # It does not put calls together. What stands for no id is the string "null".
            calls.append(call("" if one.id == "null" else one.id, one.function.name, one.function.arguments))
        for chunk in [delta.content] if isinstance(delta.content, str) else delta.content or []:
            told += chunk if isinstance(chunk, str) else "".join(part.text for part in chunk.thinking)
    return calls, told


def ollama_chat(server, _):
    calls, told = [], ""
    for part in ollama.Client(host=server.url).chat(model="m", messages=ASK, stream=True):
        told += (part.message.thinking or "") + (part.message.content or "")
        for one in part.message.tool_calls or []:
            calls.append(call("", one.function.name, dict(one.function.arguments)))
    return calls, told


def frame(event):
    """An AWS frame: lengths, headers, payload, each with its checksum."""
    (kind, payload), = event.items()
    headers = b""
    for key, value in ((":event-type", kind), (":content-type", "application/json"), (":message-type", "event")):
        headers += bytes([len(key)]) + key.encode() + b"\x07" + struct.pack(">H", len(value)) + value.encode()
    payload = json.dumps(payload).encode()
    prelude = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
    body = prelude + struct.pack(">I", binascii.crc32(prelude)) + headers + payload
    return body + struct.pack(">I", binascii.crc32(body))


class Raw:
    def __init__(self, data):
        self.data = data

    def stream(self):
        for at in range(0, len(self.data), 777):
            yield self.data[at : at + 777]


def bedrock(_, file):
    model = ServiceModel(Loader().load_service_model("bedrock-runtime", "service-2"), "bedrock-runtime")
    shape = model.operation_model("ConverseStream").output_shape.members["stream"]
    frames = b"".join(frame(json.loads(line)) for line in file.read_text().splitlines() if line)
    calls, told = {}, ""
    for event in EventStream(Raw(frames), shape, create_parser("rest-json")._event_stream_parser, "ConverseStream"):
        start, delta = event.get("contentBlockStart"), event.get("contentBlockDelta")
        if start and (use := start["start"].get("toolUse")) and use.get("type") != "server_tool_use":
            calls[start["contentBlockIndex"]] = [use["toolUseId"], use["name"], ""]
        if delta:
            thought = delta["delta"].get("reasoningContent", {})
            told += thought.get("text", "") + thought.get("signature", "") + delta["delta"].get("text", "")
            if delta["contentBlockIndex"] in calls:
                calls[delta["contentBlockIndex"]][2] += delta["delta"].get("toolUse", {}).get("input", "")
    return [call(*one) for _, one in sorted(calls.items())], told


READERS = {
    "anthropic": anthropic_messages,
    "bedrock": bedrock,
    "gemini": gemini,
    "mistral": mistral,
    "ollama": ollama_chat,
    "openai-chat": openai_chat,
    "openai-responses": openai_responses,
}


# The members of a message that are texts or have some inside, in the order in which a client meets them.
TELLING = ("reasoningContent", "reasoningText", "citationsContent", "parts", "thinking", "text", "signature", "data", "content")


def said(message):
    """The texts of a message of ours, in order."""
    if isinstance(message, list):
        return "".join(map(said, message))
    if not isinstance(message, dict):
        return ""
    told = [message[key] for key in TELLING if key in message]
    return "".join(one if isinstance(one, str) else said(one) for one in told)


def problem(title, read, found):
    """What is different between what we read and what the SDK did."""
    provider = title.split(".")[0]
    calls, told = found
    if len(calls) != len(read["calls"]):
        return f"we have {len(read['calls'])} calls, and the SDK has {len(calls)}"
    for ours, theirs in zip(read["calls"], calls):
        for key in ("id", "name", "arguments"):
            # Ollama's SDK drops the id; of a call that is cut off each makes what it likes.
            if (key, provider) == ("id", "ollama") or (key == "arguments" and ours["is_cut_off"]):
                continue
            if ours[key] != theirs[key]:
                return f"we have {key} {ours[key]!r}, and the SDK has {theirs[key]!r}"
    if said(read["messages"]) != told:
        return f"we have the text {said(read['messages'])!r}, and the SDK has {told!r}"
    return None


def selftest(title, read, found):
    """A wrong id, name or argument, a call too many and none are found."""
    wrong = []
    for key, value in (("id", "other"), ("name", "other"), ("arguments", {"other": 1})):
        wrong.append({**read, "calls": [{**read["calls"][0], key: value}, *read["calls"][1:]]})
    wrong += [{**read, "calls": read["calls"][1:]}, {**read, "calls": read["calls"] * 2}, {**read, "messages": []}]
    if problem(title, read, found) or not all(problem(title, one, found) for one in wrong):
        sys.exit("streams: what is wrong is not found")


def main(fixtures, folder):
    failures, files = [], sorted(folder.glob("*.json"))
    streams = {file.name.rsplit(".", 1)[0]: file for file in fixtures.iterdir() if file.suffix != ".md"}
    with Server() as server:
        for file in files:
            title, read = file.stem, json.loads(file.read_text())
            server.serve(streams[title])
            try:
                found = READERS[title.split(".")[0]](server, streams[title])
                wrong = problem(title, read, found)
            except Exception as error:
                wrong = f"the SDK raises {type(error).__name__}: {str(error)[:200]}"
            if title == "anthropic.thinking_and_two_calls":
                selftest(title, read, found)
            if title not in NOT_TAKEN and wrong:
                failures.append(f"{title}: {wrong}")
            elif title in NOT_TAKEN and not wrong:
                failures.append(f"{title} is read alike; take it out of NOT_TAKEN")
    titles = {file.stem for file in files}
    failures += [f"{title} is not there" for title in NOT_TAKEN if title in streams and title not in titles]
    providers = {title.split(".")[0] for title in titles - NOT_TAKEN.keys()}
    failures += [f"nothing of {provider} is there" for provider in READERS if provider not in providers]
    for failure in failures:
        print(failure)
    print(f"streams: {len(titles)} read, {len(titles & NOT_TAKEN.keys())} of them not by the SDK, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))

#!/usr/bin/env python3
"""Does what the tests wrote for Mistral and Ollama pass the types of their SDKs?

    hosts.py FILE...       each named PROVIDER.KIND.NAME.json; 1 if one does not pass
    hosts.py --selftest    whether good examples pass and wrong ones do not, each for its reason

Both SDKs drop what they do not know. Here that is an error: what a type writes is compared with what it was given. Of a tool, Ollama's
SDK keeps less than the server does, so what the server keeps (`ToolFunctionParameters` and `ToolProperty` of its api/types.go) is
written down here.
"""

import copy
import json
import re
import sys
from pathlib import Path

import jsonschema
import ollama
import pydantic
from mistralai.client import models as mistral

NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
# What an id is that Mistral made; it takes no other.
MISTRAL_ID = re.compile(r"[a-zA-Z0-9]{9}")
MISTRAL_CHOICES = {"auto", "none", "any", "required"}
# OpenAI's strict subset: what Mistral takes is published nowhere.
STRICT = set(
    "$defs $ref additionalProperties anyOf const description enum exclusiveMaximum exclusiveMinimum format items maxItems"
    " maxLength maximum minItems minLength minimum multipleOf pattern properties required title type".split()
)
OLLAMA_ROOT = {"type", "$defs", "items", "required", "properties"}
OLLAMA_PROPERTY = {"type", "anyOf", "items", "description", "enum", "properties", "required"}
OLLAMA_MESSAGE = {"role", "content", "thinking", "images", "tool_calls", "tool_name", "tool_call_id"}
# Known to Ollama's server and not to its SDK.
OLLAMA_MORE = re.compile(r"\.tool_calls\[\d+\](\.id|\.function\.index)|\.tool_call_id")
SCHEMAS = ("anyOf", "oneOf", "allOf", "prefixItems")
NAMED_SCHEMAS = ("properties", "patternProperties", "$defs", "definitions")
ONE_SCHEMA = ("items", "additionalProperties", "not", "contains")


class Wrong(Exception):
    pass


def ensure(is_so, problem):
    if not is_so:
        raise Wrong(problem)


def keys(value, known, at):
    ensure(isinstance(value, dict), f"{at} is no object")
    others = sorted(set(value) - set(known))
    ensure(not others, f"{at} has {', '.join(others)}, which is dropped or refused")


def dropped(given, kept, at=""):
    """The places of what is in `given` and not in `kept`."""
    if isinstance(given, dict) and isinstance(kept, dict):
        for key, value in given.items():
            if key not in kept:
                yield f"{at}.{key}"
            else:
                yield from dropped(value, kept[key], f"{at}.{key}")
    elif isinstance(given, list) and isinstance(kept, list) and len(given) == len(kept):
        for index, value in enumerate(given):
            yield from dropped(value, kept[index], f"{at}[{index}]")
    elif given != kept or type(given) is not type(kept):
        yield at


def sdk(kind, value, at, more=None):
    """Reads `value` as the SDK's type, and nothing of it is lost."""
    try:
        kept = kind.model_validate(value).model_dump(mode="json", by_alias=True, exclude_unset=True, warnings=False)
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise Wrong(f"{at}: {kind.__name__} refuses {place}: {first['msg']}") from error
    lost = [place for place in dropped(value, kept) if not (more and more.fullmatch(place))]
    ensure(not lost, f"{at}: {kind.__name__} drops {', '.join(lost)}")


def inside(schema, at):
    """The schemas directly in one, each with its place."""
    for keyword, value in schema.items():
        if keyword in SCHEMAS:
            for index, branch in enumerate(value):
                yield branch, f"{at}.{keyword}[{index}]"
        elif keyword in NAMED_SCHEMAS:
            for name, branch in value.items():
                yield branch, f"{at}.{keyword}.{name}"
        elif keyword in ONE_SCHEMA and value is not False:
            yield value, f"{at}.{keyword}"


def resolves(schema, root, at):
    ensure(isinstance(schema, (dict, bool)), f"{at} is no schema")
    if isinstance(schema, bool):
        return
    reference = schema.get("$ref")
    if reference is not None:
        ensure(reference.startswith("#"), f"{at} refers to {reference}, which is elsewhere")
        target = root
        for part in reference[1:].split("/")[1:]:
            part = part.replace("~1", "/").replace("~0", "~")
            ensure(isinstance(target, dict) and part in target, f"{at} refers to {reference}, which is not there")
            target = target[part]
    for branch, place in inside(schema, at):
        resolves(branch, root, place)


def strict(schema, at):
    keys(schema, STRICT, at)
    if "$ref" in schema:
        ensure(len(schema) == 1, f"{at} has more than its $ref")
        return
    ensure({"type", "anyOf"} & set(schema), f"{at} has no type")
    if "object" in schema.get("type", ""):
        ensure(schema.get("additionalProperties") is False, f"{at} takes other members")
        names = sorted(schema.get("properties", {}))
        ensure(sorted(schema.get("required", [])) == names, f"{at} does not require all of {names}")
    for branch, place in inside(schema, at):
        strict(branch, place)


def kept_by_ollama(schema, at):
    keys(schema, OLLAMA_PROPERTY, at)
    kinds = schema.get("type", [])
    kinds = kinds if isinstance(kinds, list) else [kinds]
    ensure(all(isinstance(kind, str) for kind in kinds), f"{at}.type is neither a name nor names")
    for branch, place in inside(schema, at):
        kept_by_ollama(branch, place)


def functions(tools):
    ensure(isinstance(tools, list), "`tools` is no list")
    names = []
    for index, tool in enumerate(tools):
        at = f"tools[{index}]"
        keys(tool, {"type", "function"}, at)
        ensure(tool.get("type") == "function", f"{at}.type is not \"function\"")
        function = tool.get("function", {})
        ensure(NAME.fullmatch(str(function.get("name"))), f"{at} is named {function.get('name')!r}")
        parameters = function.get("parameters")
        ensure(isinstance(parameters, dict), f"{at} has no parameters")
        ensure(parameters.get("type") == "object", f"the parameters of {at} are no object")
        try:
            jsonschema.Draft202012Validator.check_schema(parameters)
        except jsonschema.SchemaError as error:
            raise Wrong(f"the parameters of {at} are no schema: {error.message}") from error
        resolves(parameters, parameters, f"{at}.parameters")
        names.append(function["name"])
    ensure(len(set(names)) == len(names), "two tools have one name")
    return names


def mistral_tools(document):
    request = {"tools": document} if isinstance(document, list) else document
    keys(request, {"tools", "tool_choice", "parallel_tool_calls"}, "the request")
    names = functions(request.get("tools"))
    sdk(mistral.ChatCompletionRequest, {"model": "m", "messages": [], **request}, "the request")
    for index, tool in enumerate(request["tools"]):
        sdk(mistral.Tool, tool, f"tools[{index}]")
        if tool["function"].get("strict"):
            strict(tool["function"]["parameters"], f"tools[{index}].parameters")
    choice = request.get("tool_choice", "auto")
    if isinstance(choice, dict):
        ensure(choice["function"]["name"] in names, "the tool that is chosen is not there")
    else:
        ensure(choice in MISTRAL_CHOICES, f"tool_choice is {choice!r}")


def ollama_tools(document):
    request = {"tools": document} if isinstance(document, list) else document
    keys(request, {"tools"}, "the request")
    functions(request.get("tools"))
    for index, tool in enumerate(request["tools"]):
        at = f"tools[{index}]"
        function = tool["function"]
        keys(function, {"name", "description", "parameters"}, f"{at}.function")
        parameters = function["parameters"]
        keys(parameters, OLLAMA_ROOT, f"{at}.parameters")
        ensure(isinstance(parameters.get("properties"), dict), f"{at} has no properties")
        for name, schema in parameters["properties"].items():
            kept_by_ollama(schema, f"{at}.parameters.properties.{name}")
        try:
            ollama.Tool.model_validate(tool)
        except pydantic.ValidationError as error:
            raise Wrong(f"{at}: Tool refuses it: {error.errors()[0]['msg']}") from error


def mistral_calls(document):
    sdk(mistral.ChatCompletionResponse, document, "the response")
    ensure(len(document["choices"]) == 1, "there is not one choice")
    mistral_ids(document["choices"][0]["message"])


def mistral_ids(message):
    for call in message.get("tool_calls") or []:
        given = call.get("id", "null")
        ensure(given == "null" or MISTRAL_ID.fullmatch(given), f"the id {given!r} is not nine letters and digits")


def ollama_calls(document):
    sdk(ollama.ChatResponse, document, "the response", re.compile(r"\.message" + OLLAMA_MORE.pattern))
    keys(document["message"], OLLAMA_MESSAGE, "the message")


def exchange(document):
    """The calls of the model's message and the messages that answer them, as many and in the same order; what comes after them."""
    ensure(isinstance(document, list) and document, "it is no list of messages")
    ensure(document[0].get("role") == "assistant", "the first message is not the model's")
    roles = [message.get("role") for message in document]
    end = next((index for index, role in enumerate(roles) if index and role != "tool"), len(roles))
    calls, results, others = document[0].get("tool_calls") or [], document[1:end], document[end:]
    ensure("tool" not in roles[end:], "a result does not follow its call")
    ensure(len(calls) == len(results), f"{len(calls)} calls have {len(results)} results")
    for index, result in enumerate(results):
        ensure(isinstance(result.get("content"), str), f"the content of result {index} is no text")
    return calls, results, others


def mistral_results(document):
    calls, results, others = exchange(document)
    ensure(not others or others[0].get("role") != "user", "the user speaks right after a result")
    sdk(mistral.AssistantMessage, document[0], "the model's message")
    mistral_ids(document[0])
    for index, (call, result) in enumerate(zip(calls, results)):
        sdk(mistral.ToolMessage, result, f"result {index}")
        answers(call, result, "name", index)


def ollama_results(document):
    calls, results, _ = exchange(document)
    for index, message in enumerate(document):
        sdk(ollama.Message, message, f"message {index}", OLLAMA_MORE)
        keys(message, OLLAMA_MESSAGE, f"message {index}")
    for index, (call, result) in enumerate(zip(calls, results)):
        answers(call, result, "tool_name", index)


def answers(call, result, name, index):
    ensure(result.get(name) == call["function"]["name"], f"result {index} is not for `{call['function']['name']}`")
    given = call.get("id") if call.get("id") not in ("", "null") else None
    ensure(result.get("tool_call_id") == given, f"result {index} is not under the id {given!r}")


CHECKS = {
    ("mistral", "tools"): mistral_tools,
    ("mistral", "calls"): mistral_calls,
    ("mistral", "results"): mistral_results,
    ("ollama", "tools"): ollama_tools,
    ("ollama", "calls"): ollama_calls,
    ("ollama", "results"): ollama_results,
}


def once(members):
    names = [name for name, _ in members]
    ensure(len(set(names)) == len(names), f"a key stands twice among {names}")
    return dict(members)


def problem(provider, kind, text):
    try:
        CHECKS[provider, kind](json.loads(text, object_pairs_hook=once))
    except Wrong as wrong:
        return str(wrong)
    return None


PARAMETERS = {
    "type": "object",
    "properties": {"id": {"type": "integer", "description": "The id. (at least 0)"}, "kind": {"anyOf": [{"enum": ["a"]}]}},
    "required": ["id"],
}
CLOSED = {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"], "additionalProperties": False}
TOOL = {"type": "function", "function": {"name": "find", "description": "Finds.", "parameters": PARAMETERS}}
STRICT_TOOL = {"type": "function", "function": {"name": "find", "parameters": CLOSED, "strict": True}}
CHOICE = {"tools": [TOOL], "tool_choice": {"type": "function", "function": {"name": "find"}}, "parallel_tool_calls": False}
ASKED = {
    "role": "assistant",
    "content": "",
    "tool_calls": [{"id": "a1B2c3D4e", "function": {"name": "find", "arguments": {"id": 7}}, "index": 0}],
}
RESPONSE = {
    "id": "1", "object": "chat.completion", "model": "m", "created": 1,
    "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    "choices": [{"index": 0, "finish_reason": "tool_calls", "message": ASKED}],
}
TURN = [ASKED, {"role": "tool", "tool_call_id": "a1B2c3D4e", "name": "find", "content": "7"}]
WITHOUT_ID = {**ASKED, "tool_calls": [{**ASKED["tool_calls"][0], "id": "null"}]}
LONGER = [*TURN, {"role": "assistant", "content": "OK."}, {"role": "user", "content": "Go on."}]
OLLAMA_ASKED = {"role": "assistant", "content": "", "tool_calls": [{"function": {"index": 0, "name": "find", "arguments": {"id": 7}}}]}
OLLAMA_RESPONSE = {"model": "m", "created_at": "2026-01-01T00:00:00Z", "message": OLLAMA_ASKED, "done": True, "done_reason": "stop"}
OLLAMA_TURN = [OLLAMA_ASKED, {"role": "tool", "tool_name": "find", "content": "7"}]

GOOD = [
    ("mistral", "tools", [TOOL, {**STRICT_TOOL, "function": {**STRICT_TOOL["function"], "name": "other"}}]),
    ("mistral", "tools", CHOICE),
    ("mistral", "calls", RESPONSE),
    ("mistral", "results", TURN),
    ("mistral", "results", LONGER),
    ("mistral", "results", [WITHOUT_ID, {"role": "tool", "name": "find", "content": "7"}]),
    ("ollama", "tools", [TOOL]),
    ("ollama", "tools", {"tools": [TOOL]}),
    ("ollama", "calls", OLLAMA_RESPONSE),
    ("ollama", "results", OLLAMA_TURN),
    ("ollama", "results", [*OLLAMA_TURN, {"role": "user", "content": "Go on."}]),
]

# A good document, where it is changed, to what (`...` takes it away), and what of the answer tells that it was found.
ID, PROPERTY = "0.function.parameters.properties.id", "parameters.properties.id"
WRONG = [
    ("mistral", "tools", [TOOL], "0.function.cache", 1, "drops"),
    ("mistral", "tools", [TOOL], "0.kind", 1, "has kind"),
    ("mistral", "tools", [TOOL], "0.type", "custom", "is not \"function\""),
    ("mistral", "tools", [TOOL], "0.function.name", "a" * 65, "is named"),
    ("mistral", "tools", [TOOL], "0.function.parameters", ..., "has no parameters"),
    ("mistral", "tools", [TOOL], "0.function.strict", "yes please", "refuses"),
    ("mistral", "tools", [TOOL], ID, {"type": "int"}, "are no schema"),
    ("mistral", "tools", [TOOL], ID, {"$ref": "#/$defs/Id"}, "is not there"),
    ("mistral", "tools", [STRICT_TOOL], "0.function.parameters.required", [], "does not require all"),
    ("mistral", "tools", [STRICT_TOOL], "0.function.parameters.additionalProperties", ..., "takes other members"),
    ("mistral", "tools", [STRICT_TOOL], ID, {"type": "array", "uniqueItems": True}, "has uniqueItems"),
    ("mistral", "tools", CHOICE, "tool_choice", "sometimes", "tool_choice is"),
    ("mistral", "tools", CHOICE, "tool_choice.function.name", "buy", "is not there"),
    ("mistral", "tools", CHOICE, "tool_choice.mode", "auto", "drops"),
    ("mistral", "tools", CHOICE, "max_tool_calls", 1, "has max_tool_calls"),
    ("mistral", "calls", RESPONSE, "choices", ..., "refuses choices"),
    ("mistral", "calls", RESPONSE, "choices.0.message.tool_calls.0.custom", {}, "drops"),
    ("mistral", "calls", RESPONSE, "choices.0.message.tool_calls.0.id", "call_0", "is not nine"),
    ("mistral", "results", TURN, "1.is_error", True, "drops"),
    ("mistral", "results", TURN, "1.content", {"id": 7}, "is no text"),
    ("mistral", "results", TURN, "1.tool_call_id", "a1B2c3D4f", "is not under the id"),
    ("mistral", "results", TURN, "0.tool_calls.0.id", "null", "is not under the id None"),
    ("mistral", "results", TURN, "1.name", "buy", "is not for"),
    ("mistral", "results", TURN, "1", ..., "have 0 results"),
    ("mistral", "results", LONGER, "2", ..., "right after a result"),
    ("mistral", "results", LONGER, "3.role", "tool", "does not follow its call"),
    ("ollama", "tools", [TOOL], "0.function.strict", True, "has strict"),
    ("ollama", "tools", [TOOL], "0.function.parameters.additionalProperties", False, "has additionalProperties"),
    ("ollama", "tools", [TOOL], "0.function.parameters.description", "All.", "has description"),
    ("ollama", "tools", [TOOL], "0.function.parameters.properties", ..., "has no properties"),
    ("ollama", "tools", [TOOL], f"{ID}.minimum", 0, f"{PROPERTY} has minimum"),
    ("ollama", "tools", [TOOL], f"{ID}.items", {"const": 1}, f"{PROPERTY}.items has const"),
    ("ollama", "tools", [TOOL], f"{ID}.anyOf", [{"format": "date"}], f"{PROPERTY}.anyOf[0] has format"),
    ("ollama", "tools", [TOOL], f"{ID}.anyOf", [True], "is no object"),
    ("ollama", "tools", [TOOL], ID, {"$ref": "#/properties/kind"}, "has $ref"),
    ("ollama", "tools", CHOICE, "parallel_tool_calls", ..., "has tool_choice"),
    ("ollama", "calls", OLLAMA_RESPONSE, "message", ..., "refuses message"),
    ("ollama", "calls", OLLAMA_RESPONSE, "message.tool_calls.0.type", "function", "drops"),
    ("ollama", "calls", OLLAMA_RESPONSE, "message.tool_calls.0.function.arguments", "{}", "refuses"),
    ("ollama", "results", OLLAMA_TURN, "1.name", "find", "drops"),
    ("ollama", "results", OLLAMA_TURN, "1.tool_name", "buy", "is not for"),
    ("ollama", "results", OLLAMA_TURN, "1.tool_call_id", "", "is not under the id"),
    ("ollama", "results", OLLAMA_TURN, "1.content", ["7"], "is no text"),
]


def changed(document, place, value):
    document = copy.deepcopy(document)
    *parents, last = [int(part) if part.isdigit() else part for part in place.split(".")]
    node = document
    for part in parents:
        node = node[part]
    if value is ...:
        del node[last]
    else:
        node[last] = value
    return document


def selftest():
    failures = []
    for provider, kind, document in GOOD:
        found = problem(provider, kind, json.dumps(document))
        if found:
            failures.append(f"a good {provider}.{kind} does not pass: {found}")
    for provider, kind, document, place, value, expected in WRONG:
        found = problem(provider, kind, json.dumps(changed(document, place, value)))
        if not found or expected not in found:
            failures.append(f"{provider}.{kind} with {place} = {value!r}: expected {expected!r}, found {found!r}")
    if not problem("ollama", "tools", '[{"type":"function","type":"function"}]'):
        failures.append("a key may stand twice")
    print(*failures, f"hosts: {len(GOOD)} good and {len(WRONG)} wrong examples tried", sep="\n")
    return bool(failures)


def main(arguments):
    if arguments == ["--selftest"]:
        return selftest()
    is_wrong = False
    for file in map(Path, arguments):
        provider, kind, _ = file.name.split(".", 2)
        found = problem(provider, kind, file.read_text())
        print(f"{file.name}: {found or 'ok'}")
        is_wrong |= found is not None
    return is_wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

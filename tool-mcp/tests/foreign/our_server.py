"""Python's SDK as a client of our server: one check, over one transport, in one lifecycle of the protocol.

    our_server.py CHECK MODE URL
    our_server.py CHECK MODE PROGRAM [ARGUMENT…]
"""

import os
import sys

import anyio
import mcp_types as types
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp.shared.exceptions import MCPError

check, mode, target, *arguments = sys.argv[1:]
server = target if target.startswith("http") else StdioServerParameters(command=target, args=arguments)


def connected(**settings):
    # Without its cache: what is asked for is asked of the server.
    return Client(server, mode=mode, cache=None, **settings)


def text(result):
    return result.content[0].text


async def listed(client):
    pages, cursor = [], None
    while True:
        page = await client.list_tools(cursor=cursor)
        pages.append(page.tools)
        cursor = page.next_cursor
        if cursor is None:
            return pages


async def lists():
    async with connected() as client:
        assert client.protocol_version == ("2025-11-25" if mode == "legacy" else "2026-07-28")
        assert client.server_info.name == "probe" and client.server_info.title == "The Probe"
        assert client.instructions == "Look before you pay."
        pages = await listed(client)
        assert [len(page) for page in pages] == [4, 4, 4, 2], pages
        tools = {tool.name: tool for page in pages for tool in page}
        assert tools["add"].title == "Addition"
        assert tools["add"].annotations.read_only_hint is True
        assert tools["pay"].annotations.destructive_hint is True
        assert tools["append"].annotations.destructive_hint is False
        assert tools["append"].annotations.idempotent_hint is True
        assert tools["find_book"].annotations.open_world_hint is False
        assert tools["find_book"].output_schema["required"] == ["title", "pages"]
        try:
            await client.list_tools(cursor="made up")
        except MCPError as error:
            assert error.error.code == types.INVALID_PARAMS, error
        else:
            raise AssertionError("a cursor of nobody was taken")


async def calls():
    async with connected() as client:
        # So that the SDK knows the schemas of results, which it then validates.
        await listed(client)
        assert text(await client.call_tool("add", {"a": 1, "b": 2})) == "3"
        book = await client.call_tool("find_book", {"title": "Emma"})
        assert book.structured_content == {"title": "Emma", "pages": 7}
        drawn = await client.call_tool("draw")
        assert [part.type for part in drawn.content] == ["text", "image", "resource_link"]
        long = await client.call_tool("recite")
        assert long.is_error and long.structured_content is None


async def errors():
    async with connected() as client:
        wrong = await client.call_tool("add", {"a": "one"})
        assert wrong.is_error and "expected an integer" in text(wrong), wrong
        failed = await client.call_tool("fail")
        assert failed.is_error and "secret" not in text(failed), failed
        panicked = await client.call_tool("explode")
        assert panicked.is_error and "the secret" not in text(panicked), panicked
        try:
            await client.call_tool("no_such_tool")
        except MCPError as error:
            assert error.error.code == types.INVALID_PARAMS, error
        else:
            raise AssertionError("an unknown tool is no error")


async def parallel():
    async with connected() as client:
        met = []

        async def meet():
            met.append(text(await client.call_tool("meet")))

        # Neither ends before the other has begun.
        async with anyio.create_task_group() as calls:
            calls.start_soon(meet)
            calls.start_soon(meet)
        assert met == ["met", "met"]


async def progress():
    async with connected() as client:
        told = []

        async def tell(done, total, message):
            told.append((done, total, message))

        await client.call_tool("count", {"to": 3}, progress_callback=tell)
        assert told == [(n, 3, "counted") for n in (1, 2, 3)], told


async def cancelled():
    async with connected() as client:
        async with anyio.create_task_group() as calls:
            calls.start_soon(client.call_tool, "wait")
            await client.call_tool("until_begun")
            calls.cancel_scope.cancel()
        await client.call_tool("until_ended")
        assert text(await client.call_tool("add", {"a": 1, "b": 2})) == "3"


async def approves():
    asked = []

    async def ask(context, params):
        asked.append(params.message)
        return types.ElicitResult(action=action, content={} if action == "accept" else None)

    async with connected(elicitation_callback=ask) as client:
        large = {"to": "Ada", "amount": 700}
        action = "accept"
        assert text(await client.call_tool("pay", large)) == "paid 700 to Ada"
        assert asked == ['Allow the tool `pay` to be called with these arguments?\n{"to":"Ada","amount":700}'], asked
        for action, reason in [("decline", "the user said no."), ("cancel", "without an answer")]:
            denied = await client.call_tool("pay", large)
            assert denied.is_error and reason in text(denied), denied
        small = await client.call_tool("pay", {"to": "Ada", "amount": 7})
        assert not small.is_error and len(asked) == 3
    async with connected() as client:
        refused = await client.call_tool("pay", large)
        assert refused.is_error and "was not called" in text(refused), refused


async def changes():
    changed = anyio.Event()

    async def hear(message):
        if isinstance(message, types.ToolListChangedNotification):
            changed.set()

    async with connected(message_handler=hear) as client:
        if mode == "legacy":
            await client.call_tool("shrink")
            await changed.wait()
        else:
            async with client.listen(tools_list_changed=True) as events:
                await client.call_tool("shrink")
                async for _ in events:
                    break
        assert [[tool.name for tool in page] for page in await listed(client)] == [["add"]]


async def leaves():
    """The client is gone in the middle of a call."""
    async with connected() as client:
        async with anyio.create_task_group() as calls:
            calls.start_soon(client.call_tool, "wait")
            await client.call_tool("until_begun")
            os._exit(0)


anyio.run(globals()[check])

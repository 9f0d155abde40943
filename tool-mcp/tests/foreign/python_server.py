"""A server made with the official SDK for Python, on standard input and output, or with `http` at a port that it prints."""

import socket
import sys

import anyio
import uvicorn
from mcp.server import MCPServer
from mcp.server.mcpserver import Context, Image
from pydantic import BaseModel

server = MCPServer("python", version="1")
cancelled = 0


class Weather(BaseModel):
    city: str
    celsius: float


@server.tool(title="Adder")
def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return a + b


@server.tool()
def weather(city: str) -> Weather:
    """Says what the weather is."""
    return Weather(city=city, celsius=21.5)


@server.tool()
def cities(limit: int | None = None) -> list[str]:
    """Lists cities."""
    return ["Bern", "Rome"][:limit]


@server.tool()
def picture() -> Image:
    """Draws something."""
    return Image(data=b"\x89PNG", format="png")


@server.tool()
def fail(why: str) -> str:
    """Fails."""
    raise ValueError(why)


@server.tool()
async def count(to: int, ctx: Context) -> str:
    """Counts, and says how far it is."""
    for n in range(1, to + 1):
        await ctx.report_progress(n, to, f"at {n}")
    return "counted"


@server.tool()
async def wait_for_ever() -> str:
    """Waits until it is cancelled."""
    global cancelled
    try:
        await anyio.sleep_forever()
    except anyio.get_cancelled_exc_class():
        cancelled += 1
        raise
    return "never"


@server.tool()
async def how_many_cancelled() -> int:
    """Says how many calls were cancelled."""
    return cancelled


@server.tool()
async def learn(ctx: Context) -> str:
    """Adds a tool, and tells everybody."""

    def learned() -> str:
        """Was not there before."""
        return "new"

    server.add_tool(learned)
    await ctx.notify_tools_changed()
    return "learned"


if sys.argv[1:] == ["http"]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    print(listener.getsockname()[1], flush=True)
    config = uvicorn.Config(server.streamable_http_app(), log_level="error")
    uvicorn.Server(config).run(sockets=[listener])
else:
    server.run()

"""What the screens of bench/fanout.py listen to: our own sockets, or the bare yardstick.

    python -m bench.fanout_server ours|gathering|bare PORT

`ours` sends every frame by itself, as the yardstick does; `gathering` is what really runs: above a
calm rate frames go out together. `bare` is websockets.broadcast() behind one Redis subscription.
"""

import os
import sys


def ours(port: int, *, gathering: bool) -> None:
    """Serve the platform's sockets as the process for sockets does."""
    import uvicorn
    from channels.auth import AuthMiddlewareStack
    from channels.routing import URLRouter

    from tonglianggov import asgi  # noqa: F401  sets Django up
    from wall import hub, sockets

    if not gathering:
        hub.CALM, hub.MOST_SPENT = 10**9, float("inf")
    application = sockets.OriginChecked(AuthMiddlewareStack(URLRouter(sockets.urlpatterns)))
    uvicorn.run(
        application,
        host="127.0.0.1",
        port=port,
        lifespan="off",
        log_level="warning",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        # Our ears are no browsers: they answer no pings.
        ws_ping_interval=None,
        backlog=8192,
    )


async def bare(port: int) -> None:
    """Broadcast what comes over the same channel to whoever is connected."""
    import redis.asyncio
    from channels_redis.pubsub import RedisPubSubChannelLayer
    from websockets.asyncio.server import broadcast, serve

    async def stay(connection) -> None:
        await connection.send('{"hello":true}')
        connections.add(connection)
        try:
            await connection.wait_closed()
        finally:
            connections.discard(connection)

    connections: set = set()
    read = RedisPubSubChannelLayer(hosts=[os.environ["REDIS_URL"]]).deserialize
    client = redis.asyncio.Redis.from_url(os.environ["REDIS_URL"])
    channel = client.pubsub()
    await channel.subscribe(os.environ["BENCH_CHANNEL"])
    async with serve(stay, "127.0.0.1", port, compression=None, ping_interval=None, backlog=8192):
        async for message in channel.listen():
            if message["type"] == "message":
                broadcast(connections, read(message["data"])["text"])


def main() -> None:
    which, port = sys.argv[1], int(sys.argv[2])
    if which == "bare":
        import uvloop

        uvloop.run(bare(port))
    else:
        ours(port, gathering=which == "gathering")


if __name__ == "__main__":
    main()

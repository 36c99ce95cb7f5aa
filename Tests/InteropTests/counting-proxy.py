"""A TCP proxy on the loopback address that counts what passes.

Arguments: PORT:TARGET-PORT, one or more. Prints `ready`, and at SIGTERM one JSON object: connections, turns (how often the server's
answer followed the client's bytes: the round trips), and the bytes sent and received, seen from the client.
"""
import asyncio
import json
import signal
import sys

counts = {"connections": 0, "turns": 0, "sent": 0, "received": 0}


async def serve(reader, writer, target):
    counts["connections"] += 1
    server_reader, server_writer = await asyncio.open_connection("127.0.0.1", target)
    client_spoke = False

    async def pump(source, sink, name):
        nonlocal client_spoke
        try:
            while data := await source.read(65536):
                counts[name] += len(data)
                if name == "received" and client_spoke:
                    counts["turns"] += 1
                client_spoke = name == "sent"
                sink.write(data)
                await sink.drain()
            if sink.can_write_eof():
                sink.write_eof()
        except ConnectionError:
            sink.close()

    await asyncio.gather(pump(reader, server_writer, "sent"), pump(server_reader, writer, "received"))
    writer.close()
    server_writer.close()


async def main(routes):
    for route in routes:
        port, target = (int(number) for number in route.split(":"))
        await asyncio.start_server(lambda reader, writer, target=target: serve(reader, writer, target), "127.0.0.1", port)
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    print("ready", flush=True)
    await stopped.wait()
    print(json.dumps(counts), flush=True)


asyncio.run(main(sys.argv[1:]))

"""Sends standard input as one STOMP 1.2 message by stomp.py, and ends when the broker has confirmed it (RECEIPT).

port user password destination text|bytes [header=value ...]
"""
import sys
import threading

import stomp

port, user, password, destination, kind = sys.argv[1:6]
headers = dict(item.split("=", 1) for item in sys.argv[6:])
done = threading.Event()
refused = []


class Answers(stomp.ConnectionListener):
    def on_receipt(self, frame):
        if frame.headers.get("receipt-id") == "sent":
            done.set()

    def on_error(self, frame):
        refused.append(frame.headers.get("message", "refused"))
        done.set()

    def on_disconnected(self):
        done.set()


connection = stomp.Connection12([("127.0.0.1", int(port))], auto_content_length=kind == "bytes")
connection.set_listener("", Answers())
connection.connect(user, password, wait=True)
connection.send(destination, sys.stdin.read(), headers={**headers, "receipt": "sent"})
if not done.wait(30) or refused or not connection.is_connected():
    sys.exit("not confirmed: " + "; ".join(refused))
connection.disconnect()

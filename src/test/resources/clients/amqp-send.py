"""Sends one AMQP 1.0 message by Qpid Proton, and ends when the broker has accepted it.

port user password address value|data|map|list|number [property=value ...]; the body is standard input. A property named
@user-id is the message's own user-id.
"""
import sys

from proton import Delivery, Message
from proton.utils import BlockingConnection

port, user, password, address, kind = sys.argv[1:6]
properties = dict(item.split("=", 1) for item in sys.argv[6:])
user_id = properties.pop("@user-id", "")
text = sys.stdin.read()
body = {
    "value": text,
    "data": text.encode(),
    "map": {"alert": text},
    "list": [text, text],
    "number": 42,
}[kind]
connection = BlockingConnection(
    "amqp://127.0.0.1:" + port, user=user, password=password, allowed_mechs="PLAIN", timeout=30
)
sender = connection.create_sender(address)
message = Message(body=body, inferred=kind == "data", properties=properties, durable=True)
if user_id:
    message.user_id = user_id.encode()
delivery = sender.link.send(message)
connection.wait(lambda: delivery.remote_state, msg="the broker's answer")
if delivery.remote_state != Delivery.ACCEPTED:
    sys.exit("%s: %s" % (delivery.remote_state, delivery.remote.condition))
connection.close()

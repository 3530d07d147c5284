"""Sends one AMQP 1.0 message by Qpid Proton, and ends when the broker has accepted it.

port user password address value|data|map|list|number [name=value ...]; the body is standard input. Each is an application
property; message annotations begin with @message:, delivery annotations with @delivery:, and other names with @ are the
message's own: @user-id, @reply-to, @to (of the header; not where it is sent), @subject, @durable=false ...
"""
import sys

from proton import Delivery, Message, symbol
from proton.utils import BlockingConnection

port, user, password, address, kind = sys.argv[1:6]
items = [item.split("=", 1) for item in sys.argv[6:]]
own = {name[1:].replace("-", "_"): value for name, value in items if name.startswith("@") and ":" not in name}
annotations = {
    prefix: {symbol(name[len(prefix):]): value for name, value in items if name.startswith(prefix)}
    for prefix in ("@message:", "@delivery:")
}
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
message = Message(body=body, inferred=kind == "data", durable=own.pop("durable", "true") == "true")
message.properties = {name: value for name, value in items if not name.startswith("@")}
message.annotations = annotations["@message:"] or None
message.instructions = annotations["@delivery:"] or None
if "user_id" in own:
    message.user_id = own.pop("user_id").encode()
if "to" in own:
    message.address = own.pop("to")
for name, value in own.items():
    setattr(message, name, value)
delivery = sender.link.send(message)
connection.wait(lambda: delivery.remote_state, msg="the broker's answer")
if delivery.remote_state != Delivery.ACCEPTED:
    sys.exit("%s: %s" % (delivery.remote_state, delivery.remote.condition))
connection.close()

package org.tocsin.simulator;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jsmpp.SMPPConstant;
import org.jsmpp.session.connection.socket.SocketConnection;

/**
 * A connection that can lose an answer or die: jSMPP itself always answers what it has read. It writes each PDU with one
 * call, so that a PDU can be recognised by its header.
 */
final class SmscConnection extends SocketConnection {
    private final Socket socket;
    private final OutputStream out;
    private final Set<Integer> swallowed = ConcurrentHashMap.newKeySet();

    SmscConnection(Socket socket) throws IOException {
        super(socket);
        this.socket = socket;
        this.out = new Filter(socket.getOutputStream());
    }

    @Override
    public OutputStream getOutputStream() {
        return out;
    }

    /** The submit_sm_resp with this sequence number will not be written. */
    void swallow(int sequenceNumber) {
        swallowed.add(sequenceNumber);
    }

    void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException alreadyClosed) {
            // then it is as dead as it should be
        }
    }

    private final class Filter extends FilterOutputStream {
        Filter(OutputStream socketOut) {
            super(socketOut);
        }

        @Override
        public void write(byte[] pdu, int from, int length) throws IOException {
            if (length >= 16) {
                ByteBuffer header = ByteBuffer.wrap(pdu, from, length);
                boolean submitResponse = header.getInt(from + 4) == SMPPConstant.CID_SUBMIT_SM_RESP;
                if (submitResponse && swallowed.remove(header.getInt(from + 12))) {
                    return;
                }
            }
            out.write(pdu, from, length);
        }
    }
}

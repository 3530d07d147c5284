package org.tocsin.simulator;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jsmpp.bean.OptionalParameter;
import org.jsmpp.bean.OptionalParameter.Tag;
import org.jsmpp.bean.SubmitSm;
import org.tocsin.simulator.SimulatorSettings.Sms.Alphabet;

/**
 * One {@code submit_sm}: a message, or a part of one (user data header 00 or 08, or the SAR parameters).
 *
 * @param reference of the message among those of this source and recipient; meaningless for a single part
 * @param validityPeriod as it was given, empty for the SMSC's default
 */
record SmsPart(
        String source,
        String to,
        int reference,
        int total,
        int number,
        byte[] octets,
        byte dataCoding,
        String validityPeriod) {

    static SmsPart of(SubmitSm pdu) {
        byte[] octets = pdu.getShortMessage() == null ? new byte[0] : pdu.getShortMessage();
        OptionalParameter payload = pdu.getOptionalParameter(Tag.MESSAGE_PAYLOAD);
        if (octets.length == 0 && payload instanceof OptionalParameter.OctetString whole) {
            octets = whole.getValue();
        }
        int reference = sar(pdu, Tag.SAR_MSG_REF_NUM, 0);
        int total = sar(pdu, Tag.SAR_TOTAL_SEGMENTS, 1);
        int number = sar(pdu, Tag.SAR_SEGMENT_SEQNUM, 1);
        if (pdu.isUdhi() && octets.length > 0) {
            int end = Math.min(octets.length, (octets[0] & 0xFF) + 1);
            for (int at = 1; at + 1 < end; at += 2 + (octets[at + 1] & 0xFF)) {
                int id = octets[at] & 0xFF;
                int length = octets[at + 1] & 0xFF;
                boolean wide = id == 8 && length == 4;
                if (at + 1 + length < end && (wide || id == 0 && length == 3)) {
                    int last = at + 1 + length;
                    reference = wide ? (octets[at + 2] & 0xFF) << 8 | octets[at + 3] & 0xFF : octets[at + 2] & 0xFF;
                    total = octets[last - 1] & 0xFF;
                    number = octets[last] & 0xFF;
                }
            }
            octets = Arrays.copyOfRange(octets, end, octets.length);
        }
        return new SmsPart(
                pdu.getSourceAddr() == null ? "" : pdu.getSourceAddr(),
                Addresses.key(pdu.getDestAddress() == null ? "" : pdu.getDestAddress()),
                reference,
                Math.max(1, total),
                number,
                octets,
                pdu.getDataCoding(),
                pdu.getValidityPeriod() == null ? "" : pdu.getValidityPeriod());
    }

    private static int sar(SubmitSm pdu, Tag tag, int otherwise) {
        OptionalParameter parameter = pdu.getOptionalParameter(tag);
        if (parameter instanceof OptionalParameter.Short number) {
            return number.getValue() & 0xFFFF;
        }
        return parameter instanceof OptionalParameter.Byte number ? number.getValue() & 0xFF : otherwise;
    }

    /** UCS-2 for 8 and 0x18.., Latin-1 for 3 and binary, ASCII for 1, else the SMSC's own alphabet. */
    static String text(byte[] octets, byte dataCoding, Alphabet ownAlphabet) {
        int coding = dataCoding & 0xFF;
        boolean generalDataCoding = coding < 0x40 && coding >= 0x10;
        if (coding == 8 || generalDataCoding && (coding & 0x0C) == 0x08) {
            return new String(octets, StandardCharsets.UTF_16BE);
        }
        return switch (coding) {
            case 1 -> new String(octets, StandardCharsets.US_ASCII);
            case 2, 3, 4, 0xF4, 0xF5 -> new String(octets, StandardCharsets.ISO_8859_1);
            case 0 ->
                ownAlphabet == Alphabet.GSM7 ? Gsm7.decode(octets) : new String(octets, StandardCharsets.ISO_8859_1);
            default -> Gsm7.decode(octets);
        };
    }
}

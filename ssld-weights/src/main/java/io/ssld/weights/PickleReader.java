package io.ssld.weights;

import io.ssld.weights.PickleValue.Bytes;
import io.ssld.weights.PickleValue.Call;
import io.ssld.weights.PickleValue.Constant;
import io.ssld.weights.PickleValue.Dictionary;
import io.ssld.weights.PickleValue.Real;
import io.ssld.weights.PickleValue.Sequence;
import io.ssld.weights.PickleValue.Text;
import io.ssld.weights.PickleValue.Tuple;
import io.ssld.weights.PickleValue.Whole;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * Reads a pickle that may be hostile. It knows the instructions of {@link PickleOpcode} and the
 * names of {@link PickleGlobal}; all else is an exception. It makes {@link PickleValue}s and
 * nothing else: no class is loaded and nothing is called.
 *
 * <p>Memory and time are bounded by the limits on instructions, marks and decoded text, as the
 * bytes of arrays stay in the file. Nothing here recurses.
 */
final class PickleReader {

    /** Most instructions: enough for 30,000 arrays. */
    static final int MAX_INSTRUCTIONS = 1_000_000;

    private static final int MIN_PROTOCOL = 2;
    private static final int MAX_PROTOCOL = 5;

    private final PickleInput input;
    private final PickleStack stack;

    private PickleReader(PickleInput input) {
        this.input = input;
        this.stack = new PickleStack(input);
    }

    /** Returns the value that the whole input describes. */
    static PickleValue read(PickleInput input) throws IOException {
        return new PickleReader(input).read();
    }

    private PickleValue read() throws IOException {
        readProtocol();
        for (int i = 1; i < MAX_INSTRUCTIONS; i++) {
            PickleOpcode opcode = input.instruction();
            if (opcode == PickleOpcode.STOP) {
                return end();
            }
            execute(opcode);
        }
        throw input.fault("be one of at most " + MAX_INSTRUCTIONS, "was one more");
    }

    private void execute(PickleOpcode opcode) throws IOException {
        switch (opcode) {
            case PROTO, STOP -> throw input.fault("stand at an end of the file", "did not");
            case FRAME -> input.requireLeft(input.number(8));
            case MARK -> stack.mark();
            case NONE -> stack.push(Constant.NONE);
            case NEWTRUE -> stack.push(Constant.TRUE);
            case NEWFALSE -> stack.push(Constant.FALSE);
            case BININT -> stack.push(new Whole(input.signedNumber(4)));
            case BININT1 -> stack.push(new Whole(input.number(1)));
            case BININT2 -> stack.push(new Whole(input.number(2)));
            case LONG1 -> stack.push(new Whole(input.signedNumber(input.unsignedByte())));
            case BINFLOAT -> stack.push(real(input.number(8)));
            case SHORT_BINSTRING -> pushText(input.number(1), false);
            case BINSTRING -> pushText(input.number(4), false);
            case SHORT_BINUNICODE -> pushText(input.number(1), true);
            case BINUNICODE -> pushText(input.number(4), true);
            case BINUNICODE8 -> pushText(input.number(8), true);
            case SHORT_BINBYTES -> pushBytes(input.number(1));
            case BINBYTES -> pushBytes(input.number(4));
            case BINBYTES8, BYTEARRAY8 -> pushBytes(input.number(8));
            case EMPTY_TUPLE -> stack.push(new Tuple(List.of()));
            case TUPLE1 -> stack.push(new Tuple(stack.pop(1)));
            case TUPLE2 -> stack.push(new Tuple(stack.pop(2)));
            case TUPLE3 -> stack.push(new Tuple(stack.pop(3)));
            case TUPLE -> stack.push(new Tuple(stack.popToMark()));
            case EMPTY_LIST -> stack.push(new Sequence());
            case APPEND -> append(stack.pop(1));
            case APPENDS -> append(stack.popToMark());
            case EMPTY_DICT -> stack.push(new Dictionary());
            case SETITEM -> put(stack.pop(2));
            case SETITEMS -> put(stack.popToMark());
            case GLOBAL -> pushGlobal(input.line(), input.line());
            case STACK_GLOBAL -> {
                String name = input.text(stack.pop(Text.class).span());
                pushGlobal(input.text(stack.pop(Text.class).span()), name);
            }
            case REDUCE -> call();
            case BUILD -> stack.fillCall(stack.pop());
            case BINPUT -> stack.remember(input.number(1));
            case LONG_BINPUT -> stack.remember(input.number(4));
            case MEMOIZE -> stack.remember();
            case BINGET -> stack.recall(input.number(1));
            case LONG_BINGET -> stack.recall(input.number(4));
        }
    }

    private void readProtocol() throws IOException {
        int first = input.unsignedByte();
        if (first != PickleOpcode.PROTO.code) {
            throw input.fault(
                    "begin a pickle of protocol 2 to 5",
                    String.format(
                            Locale.ROOT,
                            "was 0x%02x; download the file again, or save it with protocol 4",
                            first));
        }
        int protocol = input.unsignedByte();
        if (protocol < MIN_PROTOCOL || protocol > MAX_PROTOCOL) {
            throw input.fault(
                    "begin a pickle of protocol 2 to 5",
                    "began one of protocol " + protocol + "; save it with protocol 4");
        }
    }

    private PickleValue end() throws IOException {
        PickleValue result = stack.pop();
        if (!stack.isEmpty()) {
            throw input.fault("leave one value", "left more");
        }
        // Bytes that no reader of pickles looks at could be an archive that other programs read.
        if (input.left() > 0) {
            throw input.fault("end the file", input.left() + " bytes followed");
        }
        return result;
    }

    /** The only number of the format that is big-endian. */
    private static Real real(long reversedBits) {
        return new Real(Double.longBitsToDouble(Long.reverseBytes(reversedBits)));
    }

    private void pushText(long length, boolean utf8) throws IOException {
        stack.push(new Text(input.span(length, utf8)));
    }

    private void pushBytes(long length) throws IOException {
        stack.push(new Bytes(input.span(length, false)));
    }

    private void append(List<PickleValue> items) throws IOException {
        stack.top(Sequence.class).items().addAll(items);
    }

    private void put(List<PickleValue> keysAndValues) throws IOException {
        Dictionary dictionary = stack.top(Dictionary.class);
        if (keysAndValues.size() % 2 != 0) {
            throw input.fault("have a value for each key", "had " + keysAndValues.size());
        }
        for (int i = 0; i < keysAndValues.size(); i += 2) {
            if (!(keysAndValues.get(i) instanceof Text key)) {
                throw input.fault("have text for keys", "had " + keysAndValues.get(i).kind());
            }
            String name = input.text(key.span());
            if (dictionary.entries().putIfAbsent(name, keysAndValues.get(i + 1)) != null) {
                throw input.fault("have each key once", "repeated '" + name + "'");
            }
        }
    }

    private void pushGlobal(String module, String name) throws IOException {
        PickleGlobal global = PickleGlobal.find(module, name);
        if (global == null) {
            throw input.fault(
                    "name what arrays and plain containers are made with",
                    "named '" + module + "." + name + "'; do not trust this file");
        }
        stack.push(global);
    }

    private void call() throws IOException {
        Tuple arguments = stack.pop(Tuple.class);
        PickleGlobal function = stack.pop(PickleGlobal.class);
        if (function != PickleGlobal.ORDERED_DICT) {
            stack.push(new Call(function, arguments));
        } else if (arguments.items().isEmpty()) {
            stack.push(new Dictionary());
        } else {
            throw input.fault("make an OrderedDict of nothing", "passed " + arguments.kind());
        }
    }
}

package io.ssld.weights;

import io.ssld.weights.PickleValue.Call;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a pickle works on: a stack with marks in it, and values it remembers by number. */
final class PickleStack {

    /** Most marks open at a time; one dictionary of arrays needs four. */
    static final int MAX_MARKS = 100;

    private final PickleInput input;
    private final List<PickleValue> values = new ArrayList<>();
    private final List<Integer> marks = new ArrayList<>();
    private final Map<Long, PickleValue> remembered = new HashMap<>();

    /**
     * Makes an empty stack.
     *
     * @param input tells where the instruction at fault is
     */
    PickleStack(PickleInput input) {
        this.input = input;
    }

    void push(PickleValue value) {
        values.add(value);
    }

    /** Takes the value on top off, which must lie above the last mark. */
    PickleValue pop() throws MalformedWeightsException {
        requireValues(1);
        return values.remove(values.size() - 1);
    }

    /** Takes the topmost values off and returns them in the order they were pushed in. */
    List<PickleValue> pop(int count) throws MalformedWeightsException {
        requireValues(count);
        return take(values.size() - count);
    }

    /** Returns the value on top, which must be of a type. */
    <T extends PickleValue> T top(Class<T> type) throws MalformedWeightsException {
        requireValues(1);
        return cast(values.get(values.size() - 1), type);
    }

    /** Takes the value on top off, which must be of a type. */
    <T extends PickleValue> T pop(Class<T> type) throws MalformedWeightsException {
        return cast(pop(), type);
    }

    void mark() throws MalformedWeightsException {
        if (marks.size() == MAX_MARKS) {
            throw input.fault("nest at most " + MAX_MARKS + " marks", "nested more");
        }
        marks.add(values.size());
    }

    /** Takes off the last mark and all above it. */
    List<PickleValue> popToMark() throws MalformedWeightsException {
        if (marks.isEmpty()) {
            throw input.fault("have a mark", "had none");
        }
        return take(marks.remove(marks.size() - 1));
    }

    /** Returns whether nothing is left, marks included. */
    boolean isEmpty() {
        return values.isEmpty() && marks.isEmpty();
    }

    /** Remembers the value on top under a number. */
    void remember(long number) throws MalformedWeightsException {
        remembered.put(number, top(PickleValue.class));
    }

    /** Remembers the value on top under the next number. */
    void remember() throws MalformedWeightsException {
        remember(remembered.size());
    }

    /** Pushes a remembered value. */
    void recall(long number) throws MalformedWeightsException {
        PickleValue value = remembered.get(number);
        if (value == null) {
            throw input.fault("recall a value that was remembered", "recalled " + number);
        }
        push(value);
    }

    /** Notes what the call on top is to be filled with. */
    void fillCall(PickleValue state) throws MalformedWeightsException {
        Call call = top(Call.class);
        if (call.state() != null) {
            throw input.fault("fill a value once", "filled it again");
        }
        call.setState(state);
    }

    private void requireValues(int count) throws MalformedWeightsException {
        int floor = marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
        if (values.size() - floor < count) {
            throw input.fault("find " + count + " values", "found " + (values.size() - floor));
        }
    }

    private List<PickleValue> take(int begin) {
        List<PickleValue> top = values.subList(begin, values.size());
        List<PickleValue> taken = new ArrayList<>(top);
        top.clear();
        return taken;
    }

    private <T extends PickleValue> T cast(PickleValue value, Class<T> type)
            throws MalformedWeightsException {
        if (!type.isInstance(value)) {
            throw input.fault("work on a " + type.getSimpleName(), "worked on " + value.kind());
        }
        return type.cast(value);
    }
}

package io.ssld.core.teacher;

/** A teacher under another name. */
final class NamedTeacher extends ForwardingTeacher {

    private final RunTeacher inner;
    private final String name;

    NamedTeacher(RunTeacher inner, String name) {
        this.inner = inner;
        this.name = name;
    }

    @Override
    protected RunTeacher inner() {
        return inner;
    }

    @Override
    protected RunTeacher around(RunTeacher other) {
        return new NamedTeacher(other, name);
    }

    @Override
    public String name() {
        return name;
    }
}

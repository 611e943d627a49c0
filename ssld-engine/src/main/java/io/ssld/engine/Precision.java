package io.ssld.engine;

/** What convolutions compute in. Weights of a network that trains stay at 32 bits. */
public enum Precision {
    /** 32 bits. */
    FLOAT32(6),

    /** 16 bits with the range of 32 and 8 digits of precision. */
    BFLOAT16(15),

    /**
     * 16 bits with 11 digits of precision and numbers from 6e-8 to 65,504: who computes gradients
     * in them scales the loss, as ssld-core's runs do, and looks for overflow.
     */
    FLOAT16(5);

    private final int type;

    Precision(int type) {
        this.type = type;
    }

    /** The engine's number of the type in scripts. */
    public int type() {
        return type;
    }
}

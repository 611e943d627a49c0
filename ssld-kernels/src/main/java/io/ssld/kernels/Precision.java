package io.ssld.kernels;

/** What convolutions compute in while a network trains. Weights stay at 32 bits. */
public enum Precision {
    /** 32 bits. */
    FLOAT32,

    /** 16 bits with the range of 32 and 8 digits of precision. */
    BFLOAT16,

    /**
     * 16 bits with 11 digits of precision and numbers from 6e-8 to 65,504: who computes gradients
     * in them scales the loss, as ssld-core's runs do, and looks for overflow.
     */
    FLOAT16
}

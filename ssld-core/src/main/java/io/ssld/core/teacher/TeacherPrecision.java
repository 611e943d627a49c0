package io.ssld.core.teacher;

/** What a compiled teacher computes in. */
public enum TeacherPrecision {
    /** 32 bits, as the network itself: logits differ by rounding alone. */
    FLOAT32,

    /**
     * 16 bits with the range of 32 and 8 digits of precision, where the processor has it ({@code
     * avx512_bf16} or {@code amx_bf16}) and 32 bits elsewhere: less than half of the time, and
     * logits that differ by about one part in a hundred. The classifier stays at 32 bits. Such
     * arrays exist inside the compiled function only.
     */
    BFLOAT16
}

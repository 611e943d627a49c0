package io.ssld.engine.internal.kernels;

/**
 * How far the softmax p of a student's logits is from the softmax q of a teacher's. The loss is the
 * end of a network, so its gradient is not left to the engine: with u the derivative with respect
 * to log p, that with respect to the logits is u - p &Sigma;u.
 */
public enum LogitDivergence {
    /** &frac12; &Sigma; (p - q)(log p - log q); u = &frac12; (p (log p - log q) + p - q). */
    SYMMETRIC_KL(
            """
              v = torch.sub(p, q)
              d = torch.sub(a, b)
              f = torch.mul(torch.sum(torch.mul(v, d), [1]), 0.5)
              u = torch.mul(torch.add(torch.mul(p, d), v), 0.5)
            """),

    /**
     * &frac12; &Sigma; p log(p / m) + &frac12; &Sigma; q log(q / m) with m = &frac12; (p + q); u =
     * &frac12; p log(p / m). The logarithms are ln 2 - softplus(log q - log p) and the like, which
     * need no m.
     */
    JENSEN_SHANNON(
            """
              d = torch.sub(b, a)
              k = torch.sub(0.69314718055994531, torch.softplus(d))
              l = torch.sub(0.69314718055994531, torch.softplus(torch.neg(d)))
              u = torch.mul(torch.mul(p, k), 0.5)
              f = torch.sum(torch.add(u, torch.mul(torch.mul(q, l), 0.5)), [1])
            """),

    /** &Sigma; q (log q - log p); u = -q. */
    KL(
            """
              f = torch.sum(torch.mul(q, torch.sub(b, a)), [1])
              u = torch.neg(q)
            """);

    private final String script;

    /** Written once, as a loss is asked for at every step. */
    LogitDivergence(String lines) {
        script =
                """
                def forward(self: __torch__.M, s: Tensor, t: Tensor) -> Tensor:
                  x = torch.detach(s)
                  a = torch.log_softmax(x, 1)
                  b = torch.log_softmax(torch.detach(t), 1)
                  p = torch.exp(a)
                  q = torch.exp(b)
                """
                        + lines
                        + """
                          g = torch.sub(u, torch.mul(p, torch.sum(u, [1], True)))
                          return torch.add(f, torch.sum(torch.mul(g, torch.sub(s, x)), [1]))
                        """;
    }

    /**
     * The module that computes it. What is returned is the value plus a term that is zero and has
     * the gradient.
     */
    String script() {
        return script;
    }
}

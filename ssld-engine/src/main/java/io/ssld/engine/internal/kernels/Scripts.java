package io.ssld.engine.internal.kernels;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The sources of the kernels, in the form in which PyTorch writes TorchScript. */
final class Scripts {

    static final String HARD_SWISH = function("torch.hardswish(x)");

    static final String SWISH = function("torch.silu(x)");

    /**
     * A sum divided afterwards: its gradient is a view of one number a channel, where a mean's is
     * divided pixel by pixel.
     */
    private static final String IMAGE_MEAN_OF_X =
            "torch.div(torch.sum(x, [2, 3], True), torch.mul(torch.size(x, 2), torch.size(x, 3)))";

    static final String IMAGE_MEAN = function(IMAGE_MEAN_OF_X);

    /** Updates in place. Gradients are read from the weights, which are not differentiated. */
    static final String UPDATES =
            """
            def momentum(self: __torch__.M, ws: List[Tensor], vs: List[Tensor], decay: float, rate: float, \
            keep: float, nesterov: bool) -> int:
              gs = annotate(List[Tensor], [])
              for i in range(torch.len(ws)):
                _0 = torch.append(gs, ops.prim.grad(ws[i]))
              torch._fused_sgd_(ws, gs, vs, weight_decay=decay, momentum=keep, lr=rate, dampening=0., \
            nesterov=nesterov, maximize=False, is_first_step=False, grad_scale=None, found_inf=None)
              torch._foreach_zero_(gs)
              return torch.len(ws)
            def descend(self: __torch__.M, ws: List[Tensor], vs: List[Tensor], decay: float, rate: float) -> int:
              for i in range(torch.len(ws)):
                w = ws[i]
                v = vs[i]
                g = ops.prim.grad(w)
                _0 = torch.add_(torch.mul_(v, 0.), torch.add(g, w, alpha=decay))
                _1 = torch.add_(w, v, alpha=torch.neg(rate))
                _2 = torch.zero_(g)
              return torch.len(ws)
            def adam(self: __torch__.M, ws: List[Tensor], ms: List[Tensor], ss: List[Tensor], decays: \
            List[float], rates: List[float], shared: List[float]) -> int:
              beta1 = shared[0]
              beta2 = shared[1]
              epsilon = shared[2]
              share = shared[3]
              root = shared[4]
              for i in range(torch.len(ws)):
                w = ws[i]
                m = ms[i]
                s = ss[i]
                g = ops.prim.grad(w)
                rate = rates[i]
                if torch.ne(decays[i], 0.):
                  _0 = torch.mul_(w, torch.sub(1., torch.mul(rate, decays[i])))
                else:
                  pass
                _1 = torch.add_(torch.mul_(m, beta1), g, alpha=torch.sub(1., beta1))
                _2 = torch.addcmul_(torch.mul_(s, beta2), g, g, value=torch.sub(1., beta2))
                d = torch.add_(torch.div_(torch.sqrt(s), root), epsilon)
                _3 = torch.addcdiv_(w, m, d, value=torch.neg(torch.div(rate, share)))
                _4 = torch.zero_(g)
              return torch.len(ws)
            def clear(self: __torch__.M, ws: List[Tensor]) -> int:
              for i in range(torch.len(ws)):
                _0 = torch.zero_(ops.prim.grad(ws[i]))
              return torch.len(ws)
            def average(self: __torch__.M, averages: List[Tensor], ws: List[Tensor], decay: float) -> int:
              for i in range(torch.len(ws)):
                _0 = torch.add_(torch.mul_(averages[i], decay), ws[i], alpha=torch.sub(1., decay))
              return torch.len(ws)
            def norm(self: __torch__.M, ws: List[Tensor]) -> float:
              norms = annotate(List[Tensor], [])
              for i in range(torch.len(ws)):
                g = ops.prim.grad(ws[i])
                if torch.eq(ops.prim.dtype(g), 7):
                  norm = torch.norm(g)
                else:
                  norm = torch.norm(torch.to(g, 6))
                _0 = torch.append(norms, torch.to(norm, 7))
              return torch.Float(torch.norm(torch.stack(norms)))
            def scale(self: __torch__.M, ws: List[Tensor], factor: float) -> int:
              for i in range(torch.len(ws)):
                _0 = torch.mul_(ops.prim.grad(ws[i]), factor)
              return torch.len(ws)
            """;

    private static final Map<Gate, String> SQUEEZE_EXCITE = new ConcurrentHashMap<>();

    private Scripts() {}

    static String hardSigmoid(double slope) {
        return function(hardSigmoid("x", slope));
    }

    private static String hardSigmoid(String x, double slope) {
        String line = "torch.add(torch.mul(%s, %s), 0.5)".formatted(x, number(slope));
        return "torch.clamp(" + line + ", 0., 1.)";
    }

    /** Of each gate written once, as a network asks for it several times a pass. */
    static String squeezeExcite(Gate gate) {
        return SQUEEZE_EXCITE.computeIfAbsent(gate, Scripts::squeezeExciteThrough);
    }

    private static String squeezeExciteThrough(Gate gate) {
        return """
        def forward(self: __torch__.M, x: Tensor, a: Tensor, b: Tensor, c: Tensor, d: Tensor) -> Tensor:
          m = torch.flatten(%s, 1)
          s = torch.relu(torch.linear(m, torch.flatten(a, 1), b))
          e = torch.linear(s, torch.flatten(c, 1), d)
          g = %s
          return torch.mul(x, torch.unsqueeze(torch.unsqueeze(g, 2), 3))
        """
                .formatted(
                        IMAGE_MEAN_OF_X,
                        gate.slope().isPresent()
                                ? hardSigmoid("e", gate.slope().getAsDouble())
                                : "torch.sigmoid(e)");
    }

    private static String function(String expression) {
        return "def forward(self: __torch__.M, x: Tensor) -> Tensor:\n  return "
                + expression
                + "\n";
    }

    /** A number as PyTorch reads it, of which 17 digits name every double. */
    private static String number(double value) {
        return String.format(Locale.ROOT, "%.17e", value);
    }
}

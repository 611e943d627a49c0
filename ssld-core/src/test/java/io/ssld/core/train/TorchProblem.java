package io.ssld.core.train;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.training.GradientCollector;
import java.util.stream.IntStream;

/** The problem of golden.py: mean((tanh(gamma (x w) + b) − y)²). */
final class TorchProblem {

    static final int STEPS = 200;

    final ParameterList parameters = new ParameterList();
    private final NDManager manager;
    private final DataType type;

    TorchProblem(NDManager manager, DataType type) {
        this.manager = manager;
        this.type = type;
        double[] w = IntStream.range(0, 12).mapToDouble(i -> .5 * Math.sin(3 + 1.3 * i)).toArray();
        add("w", Parameter.Type.WEIGHT, new Shape(4, 3), w);
        add("b", Parameter.Type.BIAS, new Shape(3), .1, -.2, .3);
        add("gamma", Parameter.Type.GAMMA, new Shape(3), 1, .8, 1.2);
    }

    private void add(String name, Parameter.Type kind, Shape shape, double... values) {
        Parameter parameter = Parameter.builder().setName(name).setType(kind).build();
        parameter.setInitializer((m, s, t) -> array(m, s, values));
        parameter.setShape(shape);
        parameter.initialize(manager, type);
        parameters.add(name, parameter);
    }

    private NDArray array(NDManager owner, Shape shape, double... values) {
        return owner.create(values, shape).toType(type, true);
    }

    NDArray get(String name) {
        return parameters.get(name).getArray();
    }

    double[] values(String name) {
        return get(name).toType(DataType.FLOAT64, true).toDoubleArray();
    }

    static double rate(double base, int step) {
        return Schedule.cosine().of(base, 20, STEPS, 10).at(step);
    }

    /** Adds the gradients of a batch. */
    void backward(int number) {
        try (NDManager scratch = manager.newSubManager();
                GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            double[] xs =
                    IntStream.range(0, 32)
                            .mapToDouble(i -> Math.sin(1 + 0.7 * i + 0.37 * number))
                            .toArray();
            double[] ys =
                    IntStream.range(0, 24)
                            .mapToDouble(i -> Math.cos(2 + 0.9 * i + 0.11 * number))
                            .toArray();
            NDArray x = array(scratch, new Shape(8, 4), xs);
            NDArray y = array(scratch, new Shape(8, 3), ys);
            NDArray out = x.dot(get("w")).mul(get("gamma")).add(get("b")).tanh();
            collector.backward(out.sub(y).square().mean());
        }
    }
}

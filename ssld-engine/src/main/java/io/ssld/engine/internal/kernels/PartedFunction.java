package io.ssld.engine.internal.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * Runs a program. What one part leaves for another is freed as soon as none needs it.
 *
 * @param module the methods
 * @param program what runs
 * @param cuts what the blocks that answer by themselves are called
 * @param stores where those take their arrays from, given the owner of a call
 */
record PartedFunction(
        CompiledModule module,
        Program program,
        List<String> cuts,
        Function<NDManager, ParameterStore> stores)
        implements CompiledFunction {

    @Override
    public NDArray run(NDArray x) {
        NDManager manager = x.getManager();
        try (NDManager scratch = manager.newSubManager()) {
            Map<String, NDArray> arrays = new HashMap<>();
            arrays.put(Script.INPUT, view(x, scratch));
            for (Program.Part part : program.parts()) {
                NDList results = results(part, arrays, x, scratch);
                for (int i = 0; i < part.results().size(); i++) {
                    arrays.put(part.results().get(i), results.get(i));
                }
                free(arrays, part);
            }
            NDArray result = array(arrays, program.output());
            result.attach(manager);
            return result;
        }
    }

    private NDList results(
            Program.Part part, Map<String, NDArray> arrays, NDArray x, NDManager scratch) {
        NDList arguments = new NDList();
        part.arguments().forEach(name -> arguments.add(array(arrays, name)));
        Script.Cut cut = part.cut();
        if (cut == null) {
            return module.call(part.method(), arguments, scratch);
        }
        NDList results = answer(cut, arguments, x, scratch);
        if (results.size() < cut.outputs().size()) {
            throw new UnsupportedOperationException(
                    String.format(
                            Locale.ROOT,
                            "block must give %d outputs, as its shapes tell, but gave %d; it was"
                                    + " %s",
                            cut.outputs().size(),
                            results.size(),
                            cut.block().getClass().getName()));
        }
        return results;
    }

    private static NDArray array(Map<String, NDArray> arrays, String name) {
        return Objects.requireNonNull(arrays.get(name), name);
    }

    private static void free(Map<String, NDArray> arrays, Program.Part part) {
        arrays.entrySet()
                .removeIf(
                        entry -> {
                            boolean done = !part.kept().contains(entry.getKey());
                            if (done) {
                                entry.getValue().close();
                            }
                            return done;
                        });
    }

    /**
     * Views go in and out, so that what the block makes on the way is freed with its manager. A
     * block with weights gets the layout that it would have had in the network itself, as the
     * engine's convolutions on a CPU are wrong for some widths in one and for some in the other
     * (docs/architecture.md).
     */
    private NDList answer(Script.Cut cut, NDList arguments, NDArray x, NDManager owner) {
        try (NDManager scratch = owner.newSubManager()) {
            NDList seen = new NDList();
            for (NDArray argument : arguments) {
                seen.add(
                        cut.weighs()
                                ? module.call(Program.LAY, new NDList(argument, x), scratch).head()
                                : view(argument, scratch));
            }
            NDList kept = new NDList();
            for (NDArray output : cut.block().forward(stores.apply(scratch), seen, false)) {
                kept.add(view(output, owner));
            }
            return kept;
        }
    }

    private static NDArray view(NDArray array, NDManager owner) {
        NDArray view = array.reshape(array.getShape());
        view.attach(owner);
        return view;
    }

    @Override
    public void close() {
        module.close();
    }
}

package io.ssld.core.plan.internal;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.SymbolBlock;
import ai.djl.translate.TranslateException;
import io.ssld.core.data.internal.ImageBatches;
import io.ssld.core.run.internal.BatchStream;
import io.ssld.core.run.internal.LearningState;
import io.ssld.core.run.internal.PreparedRun;
import io.ssld.core.run.internal.RunData;
import io.ssld.core.run.internal.RunSpec;
import io.ssld.core.run.internal.StudentSnapshot;
import io.ssld.core.run.internal.TrainStep;
import io.ssld.core.run.internal.WorkerChoice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Chooses how many threads get a run's images ready, by timing a few of its steps with each number.
 * The run that follows is the one it would have been: batches do not depend on the number, and the
 * student is put back.
 */
public final class AutoTune {

    private static final int ROUNDS = 4;

    /** Steps of a number of threads in a row; the first one lives on what is ready already. */
    private static final int TURN = 3;

    private AutoTune() {}

    /**
     * Chooses, if the data wants it.
     *
     * @param spec the run
     * @param data its data
     * @return the data with the number of threads that was chosen, or as it is
     */
    public static RunData tuned(RunSpec spec, RunData data) throws IOException, TranslateException {
        if (!data.workers().tunes()) {
            return data;
        }
        List<Integer> candidates = candidates(data.workers().count());
        if (!(data.training() instanceof ImageBatches images)) {
            return data.with(WorkerChoice.fixed(data.workers().count(), "no images to decode"));
        }
        if (candidates.size() == 1) {
            return data.with(WorkerChoice.fixed(1, "there is one processor"));
        }
        if (spec.student().block() instanceof SymbolBlock) {
            return data.with(
                    WorkerChoice.fixed(
                            data.workers().count(),
                            "not measured: a TorchScript student could not be put back"));
        }
        return data.with(WorkerChoice.fastest(measure(spec, data, images, candidates)));
    }

    /** 1 to that many; of more than four the powers of two, and that many. */
    static List<Integer> candidates(int most) {
        List<Integer> all = new ArrayList<>();
        for (int count = 1; count < most; count = most > 4 ? 2 * count : count + 1) {
            all.add(count);
        }
        all.add(most);
        return all;
    }

    private static Map<Integer, Double> measure(
            RunSpec spec, RunData data, ImageBatches images, List<Integer> candidates)
            throws IOException, TranslateException {
        try (PreparedRun run = new PreparedRun(spec, data);
                StudentSnapshot before = new StudentSnapshot(spec.student(), run.state())) {
            run.prepare();
            NDManager state = run.state();
            List<BatchStream> streams = new ArrayList<>();
            try (LearningState learning = new LearningState(spec, state);
                    TrainStep step = run.step(run.checked(), learning, state)) {
                Map<Integer, StepClock> clocks = new LinkedHashMap<>();
                for (int count : candidates) {
                    // Passes of their own: no number is served what another one decoded.
                    BatchStream stream =
                            new BatchStream(
                                    images.withWorkers(count),
                                    state,
                                    run.seeds(),
                                    streams.size(),
                                    0);
                    streams.add(stream);
                    clocks.put(count, new StepClock(spec, stream));
                }
                return race(clocks, step);
            } finally {
                streams.forEach(BatchStream::close);
            }
        }
    }

    /**
     * Lets every number have its turn in each round, the other way round in every second one.
     *
     * @return the seconds of the fastest step of each: what else the machine does makes steps
     *     slower, never faster
     */
    private static Map<Integer, Double> race(Map<Integer, StepClock> clocks, TrainStep step)
            throws IOException, TranslateException {
        Map<Integer, Double> fastest = new LinkedHashMap<>();
        List<Integer> order = new ArrayList<>(clocks.keySet());
        for (int round = 0; round < ROUNDS; round++) {
            for (int count : order) {
                StepClock clock = Objects.requireNonNull(clocks.get(count));
                clock.take(step);
                for (int i = 1; i < TURN; i++) {
                    fastest.merge(count, clock.take(step).total(), Math::min);
                }
            }
            Collections.reverse(order);
        }
        return fastest;
    }
}

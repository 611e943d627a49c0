package io.ssld.cli.train;

import io.ssld.base.internal.Durations;
import io.ssld.core.plan.DistillationPlan;
import io.ssld.core.plan.PlanMemory;
import io.ssld.core.plan.RunShape;
import io.ssld.core.plan.StepSeconds;
import io.ssld.core.plan.StorePlan;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A plan as text. */
final class PlanTable {

    private static final double KILO = 1024;

    private final PrintWriter out;

    private PlanTable(PrintWriter out) {
        this.out = out;
    }

    static void print(String title, DistillationPlan plan, PrintWriter out) {
        PlanTable table = new PlanTable(out);
        table.run(title, plan);
        table.time(plan);
        table.memory(plan.memory());
        plan.store()
                .ifPresentOrElse(
                        table::store,
                        () ->
                                out.printf(
                                        "%nNo label store can serve this run: %s.%n",
                                        plan.withoutStore()));
        out.flush();
    }

    private void run(String title, DistillationPlan plan) {
        RunShape shape = plan.shape();
        out.printf(
                Locale.ROOT,
                "%s: %,d images, %d epochs of %,d steps of %d images, %,d steps in all%n",
                title,
                shape.images(),
                shape.epochs(),
                shape.stepsPerEpoch(),
                shape.imagesPerStep(),
                shape.steps());
    }

    private void time(DistillationPlan plan) {
        heading("time");
        row("a step", time(plan.measured().step().total()), parts(plan.measured().step()));
        row(
                "an epoch",
                time(plan.secondsPerEpoch()),
                String.format(
                        Locale.ROOT,
                        "evaluation %s of it, %,d images measured %s",
                        time(plan.evaluationSeconds()),
                        plan.shape().validationImages(),
                        plan.shape().evaluationsPerEpoch() == 1 ? "once" : "twice"));
        row("in all", time(plan.secondsInAll()), "without files and checkpoints");
        row("images a second", number(plan.imagesPerSecond()), "");
        row("pipeline alone", number(plan.pipelineImagesPerSecond()), "images a second");
    }

    private void memory(PlanMemory memory) {
        heading("memory");
        row("weights", size(memory.weights()), "student, exact");
        row("gradients", size(memory.gradients()), "exact");
        row("optimiser", size(memory.optimizer()), "exact");
        row("average", size(memory.average()), "exact");
        row("teacher", size(memory.teacher()), "exact");
        row("activations", size(memory.activations()), "and all else the process grew by");
        row("process at its peak", size(memory.processPeak()), "resident, heap included");
        row(
                "heap at its peak",
                size(memory.heapPeak()),
                "garbage included; it may grow to " + size(memory.heapLimit()));
        if (memory.devicePeak().isPresent()) {
            row("GPU at its peak", size(memory.devicePeak()), "");
        }
    }

    private void store(StorePlan store) {
        heading("label store");
        row(
                "recording",
                time(store.recordingSeconds()),
                String.format(
                        Locale.ROOT,
                        "%d views an image, %d classes a label",
                        store.views(),
                        store.topK()));
        row("store", size(store.bytes()), "");
        row("a step from it", time(store.step().total()), parts(store.step()));
        row("an epoch from it", time(store.secondsPerEpoch()), "");
        row(
                "in all",
                time(store.secondsInAll()),
                String.format(
                        Locale.ROOT,
                        "recording and %d student%s; with the live teacher %s",
                        store.students(),
                        store.students() == 1 ? "" : "s",
                        time(store.liveSecondsInAll())));
        row("break-even, 1 student", epoch(store.breakEvenEpoch()), "");
        if (store.students() > 1) {
            row(
                    String.format(Locale.ROOT, "break-even, %d students", store.students()),
                    epoch(store.breakEvenEpochTogether()),
                    "");
        }
        out.printf("%n%s%n", store.verdict());
    }

    private void heading(String text) {
        out.printf("%n%s%n", text);
    }

    private void row(String name, String value, String note) {
        out.println("  %-24s %12s  %s".formatted(name, value, note).stripTrailing());
    }

    private static String parts(StepSeconds step) {
        return "waiting %s, teacher %s, student %s"
                .formatted(time(step.waiting()), time(step.teacher()), time(step.student()));
    }

    private static String epoch(OptionalInt epoch) {
        return epoch.isPresent() ? "epoch " + epoch.getAsInt() : "never";
    }

    private static String time(double seconds) {
        return Durations.text(seconds);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String size(OptionalLong bytes) {
        return bytes.isPresent() ? size(bytes.getAsLong()) : "not known";
    }

    private static String size(long bytes) {
        if (bytes < KILO * KILO) {
            return String.format(Locale.ROOT, "%.1f KiB", bytes / KILO);
        }
        return bytes < 10 * KILO * KILO * KILO
                ? String.format(Locale.ROOT, "%.1f MiB", bytes / KILO / KILO)
                : String.format(Locale.ROOT, "%.1f GiB", bytes / KILO / KILO / KILO);
    }
}

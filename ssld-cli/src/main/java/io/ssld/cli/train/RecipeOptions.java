package io.ssld.cli.train;

import io.ssld.core.train.EmaSettings;
import io.ssld.core.train.Recipe;
import io.ssld.core.train.RecipeBuilder;
import io.ssld.images.view.Augmentation;
import io.ssld.zoo.Preprocessing;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How to train: a ready-made recipe or a file, and what differs from it. */
final class RecipeOptions {

    @Option(
            names = "--recipe",
            paramLabel = "NAME",
            description =
                    "A ready-made recipe: ssld, ssldStage2, sklUgi, supervised, fineTune or fixRes."
                        + " Default: ssld with a teacher, fineTune of finetune, else supervised")
    private @Nullable String name;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Instead: a recipe.yaml, such as an earlier run wrote.")
    private @Nullable Path config;

    @Option(names = "--epochs", paramLabel = "E", description = "Passes over the images.")
    private @Nullable Integer epochs;

    @Option(
            names = "--steps-per-epoch",
            paramLabel = "N",
            description = "Optimiser steps of an epoch. Default: one pass")
    private @Nullable Integer stepsPerEpoch;

    @Option(names = "--batch", paramLabel = "B", description = "Images of a batch.")
    private @Nullable Integer batch;

    @Option(names = "--accumulate", paramLabel = "N", description = "Batches of a step. Default: 1")
    private @Nullable Integer accumulation;

    @Option(
            names = "--size",
            paramLabel = "S",
            description = "Sides of the images that the networks see, in pixels.")
    private @Nullable Integer size;

    @Option(
            names = "--short-side",
            paramLabel = "S",
            description = "Short side of a validation image before its centre is cut out.")
    private @Nullable Integer shortSide;

    @Option(
            names = "--lr",
            paramLabel = "RATE",
            description = "Highest learning rate, for this batch. Default: scaled to the batch")
    private @Nullable Double learningRate;

    @Option(
            names = "--warmup",
            paramLabel = "E",
            description = "Epochs of linear warm-up; may be a fraction.")
    private @Nullable Double warmup;

    @Option(names = "--weight-decay", paramLabel = "L2", description = "Weight decay.")
    private @Nullable Double weightDecay;

    @Option(
            names = "--ema",
            paramLabel = "DECAY",
            description = "Average the weights, with warm-up; 0.9999 for long runs.")
    private @Nullable Double ema;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Fixes first weights, order and views. Default: the recipe's, 0")
    private @Nullable Long seed;

    /** What {@code --config} holds, once it was read. */
    private @Nullable Recipe configured;

    /** Made by picocli, which sets the annotated fields. */
    RecipeOptions() {}

    /** Reads the file once, so that all that is taken from it is of one state of it. */
    private Recipe configured(Path file) throws IOException {
        if (configured == null) {
            configured = RecipeYaml.read(file);
        }
        return configured;
    }

    /**
     * Puts the recipe together.
     *
     * @param fallback the name of the ready-made recipe where none is named
     * @param network how the network to train wants its images
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if options contradict each other or are out of range
     */
    Recipe resolve(String fallback, Preprocessing network) throws IOException {
        if (name != null && config != null) {
            throw new IllegalArgumentException(
                    "--recipe must not stand beside --config, but both were given");
        }
        RecipeBuilder builder;
        if (config != null) {
            builder = configured(config).toBuilder();
        } else {
            Recipe named = Recipe.named(name == null ? fallback : name).build();
            builder = named.toBuilder();
            if (named.views() instanceof Augmentation views) {
                builder.optViews(views.withInterpolation(network.interpolation()));
            }
            int side = size == null ? network.crop() : size;
            builder.optSize(side);
            builder.optShortSide(
                    shortSide == null ? network.withCrop(side).resizeShort() : shortSide);
        }
        return override(builder).build();
    }

    private RecipeBuilder override(RecipeBuilder builder) {
        if (config != null && size != null) {
            builder.optSize(size);
        }
        if (config != null && shortSide != null) {
            builder.optShortSide(shortSide);
        }
        if (epochs != null) {
            builder.optEpochs(epochs);
        }
        if (stepsPerEpoch != null) {
            builder.optStepsPerEpoch(stepsPerEpoch);
        }
        if (batch != null) {
            builder.optBatchSize(batch);
        }
        if (accumulation != null) {
            builder.optAccumulation(accumulation);
        }
        if (learningRate != null) {
            builder.optLearningRate(learningRate);
        }
        if (warmup != null) {
            builder.optWarmupEpochs(warmup);
        }
        if (weightDecay != null) {
            builder.optWeightDecay(weightDecay);
        }
        if (ema != null) {
            builder.optEma(new EmaSettings(ema, true));
        }
        if (seed != null) {
            builder.optSeed(seed);
        }
        return builder;
    }

    /** Puts the recipe together; what contradicts itself is wrong usage of the command. */
    static Recipe checked(
            CommandSpec command, RecipeOptions options, String fallback, Preprocessing network)
            throws IOException {
        try {
            return options.resolve(fallback, network);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /** Whether the recipe is one that the user wrote, or its size. */
    boolean hasConfig() {
        return config != null;
    }

    boolean hasSize() {
        return size != null;
    }

    /** The seed of first weights, before the recipe is known. */
    long seed() throws IOException {
        if (seed != null) {
            return seed;
        }
        return config == null ? 0 : configured(config).seed();
    }
}

package io.ssld.cli;

import io.ssld.cli.common.FailureLine;
import io.ssld.cli.common.PrintableWriter;
import io.ssld.cli.common.Version;
import io.ssld.cli.label.LabelCommand;
import io.ssld.cli.quickstart.QuickstartCommand;
import io.ssld.cli.select.SelectCommand;
import io.ssld.cli.train.DistillCommand;
import io.ssld.cli.train.FinetuneCommand;
import io.ssld.cli.train.PlanCommand;
import io.ssld.cli.train.RunsCommand;
import io.ssld.cli.train.SearchCommand;
import io.ssld.cli.train.TrainCommand;
import io.ssld.cli.use.EvaluateCommand;
import io.ssld.cli.use.PredictCommand;
import io.ssld.cli.use.ServeCommand;
import io.ssld.cli.zoo.ZooCommand;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The {@code ssld} command.
 *
 * <p>Exit codes: 0 done, 1 failed, 2 wrong usage. Failures print one line on the error stream, and
 * a stack trace only with {@code --verbose}.
 */
@Command(
        name = "ssld",
        description = "Label-free knowledge distillation for the JVM.",
        subcommands = {
            QuickstartCommand.class,
            DistillCommand.class,
            PlanCommand.class,
            TrainCommand.class,
            FinetuneCommand.class,
            LabelCommand.class,
            SearchCommand.class,
            RunsCommand.class,
            SelectCommand.class,
            EvaluateCommand.class,
            PredictCommand.class,
            ServeCommand.class,
            ZooCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND")
public final class Ssld implements Runnable {

    @Spec private CommandSpec spec;

    @Option(
            names = "--verbose",
            description = "Print the stack trace of a failure.",
            scope = ScopeType.INHERIT)
    private boolean verbose;

    /** Made by {@link #main} and by tests. */
    @SuppressWarnings("NullAway.Init") // picocli sets the annotated fields
    Ssld() {}

    /**
     * Runs the command and ends the JVM with its exit code.
     *
     * @param args as on the command line
     */
    public static void main(String[] args) {
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, failure) -> System.err.println("ssld: " + FailureLine.of(failure)));
        System.exit(run(args));
    }

    /**
     * Runs the command.
     *
     * @param args as on the command line
     * @return the exit code
     */
    static int run(String... args) {
        return run(new CommandLine(new Ssld()), args);
    }

    /** Runs a command line of {@link Ssld}. */
    static int run(CommandLine line, String... args) {
        Ssld command = line.getCommand();
        line.setOut(new PrintWriter(new PrintableWriter(line.getOut()), true));
        line.setErr(new PrintWriter(new PrintableWriter(line.getErr()), true));
        // Colours are control characters too, and these cannot be told from a name's.
        line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        EnumNames.register(line);
        PathRules.register(line);
        line.setExecutionExceptionHandler(
                (failure, at, parsed) -> {
                    String message = OptionWords.in(at.getCommandSpec(), FailureLine.of(failure));
                    at.getErr().println("ssld: " + message);
                    if (command.verbose) {
                        failure.printStackTrace(at.getErr());
                    }
                    return CommandLine.ExitCode.SOFTWARE;
                });
        line.setParameterExceptionHandler(
                (wrong, parsed) -> {
                    CommandLine at = wrong.getCommandLine();
                    at.getErr()
                            .printf(
                                    "ssld: %s; see '%s --help'%n",
                                    OptionWords.in(at.getCommandSpec(), FailureLine.of(wrong)),
                                    at.getCommandSpec().qualifiedName());
                    return CommandLine.ExitCode.USAGE;
                });
        line.setExecutionStrategy(
                parsed -> {
                    // Who asks for help need not have the files yet.
                    Integer help = CommandLine.executeHelpRequest(parsed);
                    if (help != null) {
                        return help;
                    }
                    ParseResult leaf = parsed;
                    while (leaf.hasSubcommand()) {
                        leaf = leaf.subcommand();
                    }
                    InputsKept.require(leaf);
                    PathRules.check(leaf);
                    return new CommandLine.RunLast().execute(parsed);
                });
        try {
            return line.execute(args);
        } catch (Error e) {
            // Picocli leaves these to the JVM, which prints where they were thrown.
            line.getErr().println("ssld: " + FailureLine.of(e));
            if (command.verbose) {
                e.printStackTrace(line.getErr());
            }
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    /** Without a subcommand there is nothing to do. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }
}

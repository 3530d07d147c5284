package org.tocsin.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code tocsin}: what can be done from the terminal. Without a word it serves. */
@Command(
        name = "tocsin",
        description = "Emergency notification: alerts in, messages out, and proof that they arrived.",
        mixinStandardHelpOptions = true,
        versionProvider = TocsinCommand.Version.class,
        subcommands = {
            ServeCommand.class,
            PlanCommand.class,
            SimulateCommand.class,
        })
public final class TocsinCommand implements Runnable {

    /** @return the exit code: 0 done, 1 failed, 2 wrong usage */
    public static int execute(String... arguments) {
        return new CommandLine(new TocsinCommand()).execute(servingByDefault(arguments));
    }

    /** {@code java -jar tocsin.jar --server.port=9090} is meant for the server. */
    static String[] servingByDefault(String... arguments) {
        boolean command = arguments.length > 0
                && (!arguments[0].startsWith("-") || arguments[0].matches("-h|--help|-V|--version"));
        if (command) {
            return arguments;
        }
        String[] serve = new String[arguments.length + 1];
        serve[0] = "serve";
        System.arraycopy(arguments, 0, serve, 1, arguments.length);
        return serve;
    }

    @Override
    public void run() {
        throw new IllegalStateException("serve stands in for no command");
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = TocsinCommand.class.getPackage().getImplementationVersion();
            return new String[] {"tocsin " + (version == null ? "(not packaged)" : version)};
        }
    }
}

# Files in folders that another user may change while we look: root follows no link there, and a folder that was entered
# is the one that was looked at. /etc/asterisk and all below it belong to Asterisk's user as a rule.

# safely WHAT FILE [ARGUMENT]...: what `sub` of that name below says. Whatever is secret comes by standard input.
safely() {
    perl -e "$safely" -- "$@"
}

safely=$(
    cat <<'PERL'
use strict;
use warnings;
use Fcntl qw(:DEFAULT :mode :seek);

my ($what, $path, @more) = @ARGV;
my %subs = map { $_ => \&{"main::$_"} } qw(show replace restrict include exclude remove leave);
umask 0077;
$| = 1;
my @folders = grep { length } split m{/}, $path;
my $name = pop @folders;
if ($what eq 'show') { $subs{show}->(); exit 0 }
walk(@folders);
$subs{$what}->(@more);

sub refuse { print STDERR "coocenter-api: $path: $_[0]\n"; exit 1 }

# Goes into each folder in turn. Root's own links lead on, those of others do not.
sub walk {
    my @way = @_;
    my $links = 0;
    chdir '/' or refuse("/: $!");
    while (defined(my $next = shift @way)) {
        my @found = lstat $next;
        if (!@found) {
            exit 0 if $what =~ /^(restrict|exclude|remove|leave)$/;
            refuse("$next: $!") if @way or $what ne 'replace';
            make($next, $more[0]);
            return;
        }
        if (S_ISLNK($found[2])) {
            my @here = stat '.';
            refuse("$next is a link, which is not followed here") if $here[4] or $here[2] & 022 or ++$links > 20;
            my $to = readlink $next;
            chdir '/' if $to =~ m{^/};
            unshift @way, grep { length } split m{/}, $to;
            next;
        }
        refuse("$next is no folder") unless S_ISDIR($found[2]);
        enter($next, \@found);
    }
}

sub enter {
    my ($folder, $found) = @_;
    chdir $folder or refuse("$folder: $!");
    my @here = stat '.';
    refuse("$folder was replaced meanwhile") unless $here[0] == $found->[0] and $here[1] == $found->[1];
}

# A folder for root and the group.
sub make {
    my ($folder, $group) = @_;
    mkdir $folder, 0700 or refuse("$folder: $!");
    my @found = lstat $folder;
    refuse("$folder was replaced meanwhile") unless @found and S_ISDIR($found[2]) and $found[4] == $>;
    enter($folder, \@found);
    chown $>, id($group), '.' or refuse("$folder: $!");
    chmod 0750, '.';
}

sub id { my $id = getgrnam $_[0]; defined $id or refuse("there is no group $_[0]"); $id }

# The file itself, and nothing that it links to; undef when there is none.
sub only {
    my ($flags) = @_;
    my $file;
    if (!sysopen $file, $name, $flags | O_NOFOLLOW | O_NONBLOCK) {
        return undef if $!{ENOENT};
        refuse($!{ELOOP} ? 'is a link, which is not followed here' : "$!");
    }
    my @found = stat $file;
    refuse('is no file') unless S_ISREG($found[2]);
    refuse('has a second name (a hard link), which may be anywhere') if $found[3] > 1;
    return $file;
}

# What is in FILE, by whatever way; nothing when there is none.
sub show {
    sysopen my $file, $path, O_RDONLY | O_NONBLOCK or exit 0;
    refuse('is no file of settings') unless S_ISREG((stat $file)[2]) and -s _ < 1 << 20;
    local $/;
    print <$file> // '';
}

# Standard input, or the text, as FILE, for root and the group only, all at once; a link of that name gives way.
sub replace {
    my ($group, $text) = @_;
    my $id = id($group);
    my ($file, $new);
    for (1 .. 100) {
        $new = sprintf '.coocenter-api.%08x', rand 2**32;
        last if sysopen $file, $new, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600;
        $file = undef;
        refuse("$!") unless $!{EEXIST};
    }
    defined $file or refuse('no new file can be made beside it');
    $text //= do { local $/; <STDIN> } // '';
    my $done = chown($>, $id, $file) && chmod(0640, $file) && print({$file} $text) && close($file) && rename($new, $name);
    my $why = "$!";
    return if $done;
    unlink $new;
    refuse($why);
}

# FILE is for root and the group only.
sub restrict {
    my ($group) = @_;
    my $file = only(O_RDONLY) or return;
    my $id = id($group);
    my @found = stat $file;
    return if $found[4] == $> and $found[5] == $id and !($found[2] & 07);
    chown($>, $id, $file) && chmod(0640, $file) or refuse("$!");
}

# Has Asterisk read PATTERN after FILE. The first line tells exclude() how the file was before.
sub include {
    my ($pattern, $group) = @_;
    my $lines = "; Added by the package coocenter-api, which removes these two lines when it is purged.\n#include \"$pattern\"\n";
    my $file = only(O_RDWR | O_APPEND);
    if (!$file) {
        $lines =~ s/Added/Made/;
        return replace($group, $lines);
    }
    if (-s $file) {
        sysseek $file, -1, SEEK_END;
        sysread $file, my $last, 1;
        # Its last line has no end: it gets one, and loses it again.
        $lines = "\n" . $lines =~ s/Added/Appended/r if $last ne "\n";
    }
    syswrite($file, $lines) == length $lines or refuse("$!");
}

# Undoes include(), to the byte; whatever else was changed in FILE since then stays, and so do its owner and its mode.
sub exclude {
    my $file = only(O_RDWR) or return;
    local $/;
    my $text = <$file> // '';
    my $was_made = $text =~ /^; Made by the package coocenter-api/;
    $text =~ s/(\n; Appended|^; (?:Added|Made)) by the package coocenter-api, which removes[^\n]*\n#include [^\n]*\n//m
        or return;
    return remove() if $was_made and $text eq '';
    sysseek $file, 0, SEEK_SET;
    (length $text == 0 or syswrite($file, $text) == length $text) and truncate $file, length $text or refuse("$!");
}

sub remove { unlink $name or $!{ENOENT} or refuse("$!") }

# The folder FILE goes when it is empty.
sub leave { rmdir $name }
PERL
)

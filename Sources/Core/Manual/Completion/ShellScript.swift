/// The function that a shell calls for completion. It hands the words to `director completions --`, which knows the
/// rest, so that what is offered is always what the installed program understands.
package enum ShellScript: String, CaseIterable, Sendable {
    case bash, zsh, fish

    package var text: String {
        switch self {
        case .bash: Self.bashText
        case .zsh: Self.zshText
        case .fish: Self.fishText
        }
    }

    /// bash parts words at colons, which addresses are full of: they are put together again, and what stands before the
    /// last colon is taken off what is offered, since bash replaces only what is behind it.
    private static let bashText = #"""
        _director() {
            local -a words=() COMPREPLY_RAW=()
            local word joined="" current line cut
            local index
            for ((index = 1; index <= COMP_CWORD; index++)); do
                word="${COMP_WORDS[index]}"
                if [[ $joined == glued && ${#words[@]} -gt 0 ]] || [[ $word == :* && ${#words[@]} -gt 0 ]]; then
                    words[${#words[@]}-1]+="$word"
                else
                    words+=("$word")
                fi
                joined=""
                [[ $word == *: ]] && joined=glued
            done
            # A blank before the cursor begins a new word, whatever stands before it.
            if [[ $joined == glued && ${COMP_LINE:COMP_POINT-1:1} == " " ]]; then words+=(""); fi
            current="${words[${#words[@]}-1]}"
            COMPREPLY=()
            while IFS= read -r line; do
                case $line in
                    :files) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
                    :folders) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
                    *) COMPREPLY_RAW+=("${line%%$'\t'*}") ;;
                esac
            done < <("${COMP_WORDS[0]}" completions -- "${words[@]}" 2>/dev/null)
            cut=""
            if [[ $COMP_WORDBREAKS == *:* && $current == *:* ]]; then cut="${current%:*}:"; fi
            for line in "${COMPREPLY_RAW[@]}"; do COMPREPLY+=("${line#"$cut"}"); done
        }
        complete -F _director director

        """#

    private static let zshText = #"""
        _director() {
            local -a names texts
            local line
            while IFS= read -r line; do
                case $line in
                    :files) _files; return ;;
                    :folders) _files -/; return ;;
                esac
                names+=("${line%%$'\t'*}")
                if [[ $line == *$'\t'* ]]; then
                    texts+=("${line%%$'\t'*} -- ${line#*$'\t'}")
                else
                    texts+=("$line")
                fi
            done < <("${words[1]}" completions -- "${(@)words[2,CURRENT]}" 2>/dev/null)
            (( ${#names} )) && compadd -l -d texts -a -- names
        }
        compdef _director director

        """#

    private static let fishText = #"""
        function __director_complete
            set -l words (commandline -opc)
            set -l answer ($words[1] completions -- $words[2..-1] (commandline -ct) 2>/dev/null)
            switch "$answer[1]"
                case ':files'
                    __fish_complete_path (commandline -ct)
                case ':folders'
                    __fish_complete_directories (commandline -ct)
                case '*'
                    printf '%s\n' $answer
            end
        end
        complete -c director -f -a '(__director_complete)'

        """#
}

# /usr/share/bash-completion/completions/director
source <(director completions bash)

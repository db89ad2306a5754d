# /usr/share/fish/vendor_completions.d
director completions fish | source

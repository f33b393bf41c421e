@echo off
rem Step 7 of 20: 11 values in the image's SOFTWARE hive.
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild\Types" /v "Text" /t REG_SZ /d "plain" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild\Types" /v "Empty" /t REG_SZ /d "" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild\Types" /v "Expand" /t REG_EXPAND_SZ /d "%%SystemRoot%%\System32" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild\Types" /v "None" /t REG_MULTI_SZ /d "" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild\Types" /v "One" /t REG_MULTI_SZ /d "one" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild\Types" /v "Three" /t REG_MULTI_SZ /d "one\0C:\two\\03" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild\Types" /v "Dword" /t REG_DWORD /d "0" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild\Types" /v "Largest" /t REG_DWORD /d "4294967295" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild\Types" /v "Qword" /t REG_QWORD /d "18446744073709551615" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild\Types" /v "Binary" /t REG_BINARY /d "0aFF00" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild\Types" /v "Nothing" /t REG_BINARY /d "" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
exit /b 0

@echo off
rem Step 7 of 20: 14 values in the image's SOFTWARE hive.
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild\More" /v "Short number" /t REG_DWORD /d "42" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild\More" /v "Short text" /t REG_SZ /d "plain" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild\More" /v "Short list" /t REG_MULTI_SZ /d "one\0two" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild\More" /v "Command" /t REG_SZ /d "\"C:\Program Files\Vendor\run.exe\" \"%%1\"" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild\More" /v "Chain" /t REG_SZ /d "cmd.exe /c \"cd /d \"%%USERPROFILE%%\" ^& start cmd.exe /k\"" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild\More" /v "Inch" /t REG_SZ /d "5\" ^& 3\"" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild\More" /v "Odd" /t REG_SZ /d "5\" disk" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild\More" /v "End" /t REG_SZ /d "a\\\"\\" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild\More" /v "Expand" /t REG_EXPAND_SZ /d "\"%%SystemRoot%%\x.exe\" ^| more" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild\More" /v "Divided" /t REG_MULTI_SZ /s "|" /d "C:\0data|say \"hi\"" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem The number is 1; reg add stores its bytes in the other order, so they are given turned round.
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild\More" /v "Big end first" /t REG_DWORD_BIG_ENDIAN /d "16777216" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild\More" /v "No type" /t REG_NONE /d "text" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild\More" /v "Bytes" /t REG_BINARY /d "0aff00" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild\More" /v "Spaced" /t REG_BINARY /d "0aFF00" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
exit /b 0

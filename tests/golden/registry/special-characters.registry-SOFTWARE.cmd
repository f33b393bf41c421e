@echo off
rem Step 7 of 20: 3 values in the image's SOFTWARE hive.
reg add "HKLM\hvsbuild-SOFTWARE\A & B (C) <D> ^ | !E!" /v "a=b, c; d" /t REG_SZ /d "x & y | z > nul ^ (1) !2! 'quote' `tick`" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\A & B (C) <D> ^ | !E!" /v "/?" /t REG_SZ /d "/f" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem The value & del must not be there; where it is not, there is nothing to delete.
reg query "HKLM\hvsbuild-SOFTWARE\A & B (C) <D> ^ | !E!" /v "& del" >nul 2>nul
if not "%errorlevel%"=="0" goto absent_3
reg delete "HKLM\hvsbuild-SOFTWARE\A & B (C) <D> ^ | !E!" /v "& del" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
:absent_3
exit /b 0
